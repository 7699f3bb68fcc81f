// The whole engine: calls between two phones of one tenant over TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::Method;
using ::testing::HasSubstr;
using ::testing::Not;

class EnginePhoneCallTest : public ::testing::Test {
 protected:
  EnginePhoneCallTest() {
    alice.register_now();
    bob.register_now();
  }
  // Sets up a call from alice to bob; `a` and `b` are their sides of it.
  void establish() {
    a = alice.invite("bob", offered_crypto_sdp(41000, some_crypto('A')));
    const auto invite = bob.expect_request(Method::invite);
    b = bob.accept(invite, 200, audio_sdp(42000));
    const auto success = alice.expect_response(200);
    alice.ack(a, success);
    bob.expect_request(Method::ack);
  }

  World world{demo_config()};
  UserAgent alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
  UserAgent bob = UserAgent::on_stream(world, {"bob", "bob-password", "demo.example"}, kPublicTls,
                                       "127.0.0.11:40002");
  Dialogue a;
  Dialogue b;
};

TEST_F(EnginePhoneCallTest, GoesThroughWithBothSidesHiddenFromEachOtherR056) {
  a = alice.invite("bob", offered_crypto_sdp(41000, some_crypto('A')));
  const auto invite = bob.expect_request(Method::invite);
  EXPECT_NE(invite.call_id(), a.call_id);
  EXPECT_THAT(std::string(invite.bytes()), Not(HasSubstr("127.0.0.10")));
  EXPECT_THAT(std::string(invite.bytes()), Not(HasSubstr("41000")));
  EXPECT_THAT(std::string(invite.body()), HasSubstr("m=audio"));
  bob.reply(invite, 180);
  alice.expect_response(180);
  b = bob.accept(invite, 200, audio_sdp(42000));
  const auto success = alice.expect_response(200);
  EXPECT_THAT(std::string(success.bytes()), Not(HasSubstr("127.0.0.11")));
  EXPECT_THAT(std::string(success.body()), Not(HasSubstr("42000")));
  alice.ack(a, success);
  bob.expect_request(Method::ack);
  EXPECT_EQ(world.engine().health().calls, 1U);
  EXPECT_EQ(world.sessions.size(), 1U);
}

TEST_F(EnginePhoneCallTest, NeverPassesAKeyFromOneLegToTheOther) {
  a = alice.invite("bob", offered_crypto_sdp(41000, some_crypto('A')));
  const auto invite = bob.expect_request(Method::invite);
  EXPECT_THAT(std::string(invite.body()), Not(HasSubstr(std::string(40, 'A'))));
  EXPECT_THAT(std::string(invite.body()), HasSubstr("a=crypto:"));  // preferred, RFC 8643
}

TEST_F(EnginePhoneCallTest, AnswersWithTryingWithin200MsR050) {
  a = alice.invite("bob", audio_sdp(41000));
  world.advance(200ms);
  alice.expect_response(100);
}

TEST_F(EnginePhoneCallTest, EndsByTheCallersBye) {
  establish();
  alice.request(a, Method::bye);
  bob.reply(bob.expect_request(Method::bye), 200);
  alice.expect_response(200);
  EXPECT_EQ(world.engine().health().calls, 0U);
  EXPECT_TRUE(world.sessions.empty());
}

TEST_F(EnginePhoneCallTest, EndsByTheCalleesBye) {
  establish();
  bob.request(b, Method::bye);
  alice.reply(alice.expect_request(Method::bye), 200);
  bob.expect_response(200);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(EnginePhoneCallTest, IsCancelledBeforeTheAnswerR053) {
  a = alice.invite("bob", audio_sdp(41000));
  const auto invite = bob.expect_request(Method::invite);
  bob.reply(invite, 180);
  alice.expect_response(180);
  alice.cancel(a);
  bob.reply(bob.expect_request(Method::cancel), 200);
  bob.reply(invite, 487);
  bob.expect_request(Method::ack);
  alice.expect_response(200);  // to the CANCEL
  alice.expect_response(487);  // to the INVITE
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(EnginePhoneCallTest, ABusyPhoneIsBusyForTheCaller) {
  a = alice.invite("bob", audio_sdp(41000));
  bob.reply(bob.expect_request(Method::invite), 486);
  bob.expect_request(Method::ack);
  alice.expect_response(486);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(EnginePhoneCallTest, NobodyByThatNameIsA404) {
  alice.invite("nobody", audio_sdp(41000));
  alice.expect_response(404);
}

TEST_F(EnginePhoneCallTest, APhoneThatIsAwayIs480AtOnceR091) {
  world.disconnect(*bob.connection());
  alice.invite("bob", audio_sdp(41000));
  alice.expect_response(480);
}

TEST_F(EnginePhoneCallTest, HoldAndResumePassThroughAReInvite) {
  establish();
  alice.request(a, Method::invite, offered_crypto_sdp(41000, some_crypto('A'), "sendonly"));
  const auto hold = bob.expect_request(Method::invite);
  EXPECT_FALSE(hold.to_tag().empty());
  EXPECT_THAT(std::string(hold.body()), HasSubstr("a=sendonly"));
  bob.reply(hold, 200, audio_sdp(42000, {}, "recvonly"));
  const auto held = alice.expect_response(200);
  EXPECT_THAT(std::string(held.body()), HasSubstr("a=recvonly"));
  alice.ack(a, held);
  bob.expect_request(Method::ack);
  EXPECT_EQ(world.engine().health().calls, 1U);
}

TEST_F(EnginePhoneCallTest, AReInviteThatDropsItsKeysGets488AndTheCallGoesOnR058) {
  establish();
  alice.request(a, Method::invite, audio_sdp(41000));
  alice.expect_response(488);
  bob.expect_silence();
  EXPECT_EQ(world.engine().health().calls, 1U);
  EXPECT_EQ(world.sessions.size(), 1U);
}

TEST_F(EnginePhoneCallTest, RepeatsThe200AndEndsBothLegsWhenNoAckComesR051) {
  a = alice.invite("bob", audio_sdp(41000));
  b = bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000));
  alice.expect_response(200);
  bob.expect_request(Method::ack);
  world.advance(600ms);
  alice.expect_response(200);
  world.advance(32s);
  bob.reply(bob.expect_request(Method::bye), 200);
  for (int repeated = 0; repeated < 9; ++repeated)
    alice.expect_response(200);
  alice.reply(alice.expect_request(Method::bye), 200);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(EnginePhoneCallTest, ALostMediaWorkerEndsTheCallOnBothSides) {
  establish();
  world.lose_media_worker();
  world.advance(5s);
  alice.reply(alice.expect_request(Method::bye), 200);
  bob.reply(bob.expect_request(Method::bye), 200);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(EnginePhoneCallTest, OrderlyEndSendsByeToBothSides) {
  establish();
  world.shut_down();
  alice.reply(alice.expect_request(Method::bye), 200);
  EXPECT_FALSE(world.drained);
  bob.reply(bob.expect_request(Method::bye), 200);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

}  // namespace
}  // namespace ringfence::sip_core
