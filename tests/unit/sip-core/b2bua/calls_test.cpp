// Calls in the whole engine: what goes beyond the happy path (which is in ../engine).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;
using ::testing::HasSubstr;
using ::testing::Not;

Config config_with_policies(SrtpPolicy alice, SrtpPolicy bob) {
  Config config = demo_config();
  config.extensions[0].srtp = alice;
  config.extensions[1].srtp = bob;
  config.finish();
  return config;
}

class CallsTest : public ::testing::Test {
 protected:
  explicit CallsTest(Config config = config_with_policies(SrtpPolicy::preferred, SrtpPolicy::off))
      : world(std::move(config)) {
    alice.register_now();
    bob.register_now();
  }
  void establish(const std::string& offer = audio_sdp(41000, some_crypto('A'))) {
    a = alice.invite("bob", offer);
    b = bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000));
    const auto success = alice.expect_response(200);
    alice.ack(a, success);
    bob.expect_request(Method::ack);
  }
  const SetMediaSession& session() { return world.sessions.begin()->second; }

  World world;
  UserAgent alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
  UserAgent bob = UserAgent::on_udp(world, {"bob", "bob-password", "demo.example"}, kPublicUdp,
                                    "127.0.0.11:40002");
  Dialogue a;
  Dialogue b;
};

TEST_F(CallsTest, BridgesSrtpToPlainAndSaysOnceThatSipsEndsHere) {
  establish();
  EXPECT_TRUE(std::holds_alternative<SdesSrtp>(session().a.protection));
  EXPECT_TRUE(std::holds_alternative<PlainRtp>(session().b.protection));
  EXPECT_EQ(world.count_log("sips-downgrade"), 1U);
}

TEST_F(CallsTest, LetsTheCalleeMakeTheOfferR059) {
  a = alice.invite("bob", "");
  const auto invite = bob.expect_request(Method::invite);
  EXPECT_TRUE(invite.body().empty());
  b = bob.accept(invite, 200, audio_sdp(42000));
  const auto success = alice.expect_response(200);
  EXPECT_THAT(std::string(success.body()), HasSubstr("a=crypto:1"));
  EXPECT_TRUE(world.sessions.empty());
  alice.ack(a, success, offered_crypto_sdp(41000, some_crypto('A')));
  const auto ack = bob.expect_request(Method::ack);
  EXPECT_THAT(std::string(ack.body()), HasSubstr("m=audio"));
  EXPECT_THAT(std::string(ack.body()), Not(HasSubstr("crypto")));
  ASSERT_EQ(world.sessions.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<SdesSrtp>(session().a.protection));
}

TEST_F(CallsTest, EndsALateOfferThatTheAckDoesNotAnswer) {
  a = alice.invite("bob", "");
  b = bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000));
  const auto success = alice.expect_response(200);
  alice.ack(a, success);
  bob.expect_request(Method::ack);
  bob.reply(bob.expect_request(Method::bye), 200);
  alice.reply(alice.expect_request(Method::bye), 200);
  EXPECT_EQ(world.engine().health().calls, 0U);
  EXPECT_TRUE(world.sessions.empty());
}

TEST_F(CallsTest, KeepsSrtpThroughAReInviteWithoutAnOffer) {
  establish();
  bob.request(b, Method::invite);
  const auto reinvite = alice.expect_request(Method::invite);
  EXPECT_TRUE(reinvite.body().empty());
  alice.reply(reinvite, 200, audio_sdp(41000, some_crypto('A')));
  const auto success = bob.expect_response(200);
  EXPECT_THAT(std::string(success.body()), Not(HasSubstr("crypto")));
  bob.ack(b, success, audio_sdp(42002));
  const auto ack = alice.expect_request(Method::ack);
  EXPECT_THAT(std::string(ack.body()), HasSubstr("RTP/SAVP"));
  EXPECT_THAT(std::string(ack.body()), HasSubstr("a=crypto:1"));
  EXPECT_EQ(session().b.remote_rtp_port, 42002);
}

TEST_F(CallsTest, AnswersGlareWith491AndASecondOneOfTheSameSideWith500R055) {
  establish();
  alice.request(a, Method::invite, audio_sdp(41000, some_crypto('A'), "sendonly"));
  const auto reinvite = bob.expect_request(Method::invite);
  bob.request(b, Method::invite, audio_sdp(42000));
  bob.expect_response(491);
  alice.request(a, Method::invite, audio_sdp(41000, some_crypto('A')));
  const auto busy = alice.expect_response(500);
  EXPECT_TRUE(busy.has(HeaderName::retry_after));
  bob.reply(reinvite, 200, audio_sdp(42000, {}, "recvonly"));
  alice.expect_response(200);
}

TEST_F(CallsTest, LeavesTheOldMediaWhenTheOtherSideRefusesR058) {
  establish();
  const auto before = session().a.remote_rtp_port;
  alice.request(a, Method::invite, audio_sdp(41010, some_crypto('A')));
  bob.reply(bob.expect_request(Method::invite), 488);
  bob.expect_request(Method::ack);
  alice.expect_response(488);
  EXPECT_EQ(session().a.remote_rtp_port, before);
  EXPECT_EQ(world.engine().health().calls, 1U);
}

TEST_F(CallsTest, AnswersT38WithPortZeroAndGoesOn) {
  establish();
  alice.request(a, Method::invite,
                "v=0\r\no=- 1 9 IN IP4 127.0.0.10\r\ns=-\r\nc=IN IP4 127.0.0.10\r\nt=0 0\r\n"
                "m=image 41020 udptl t38\r\n");
  const auto answer = alice.expect_response(200);
  EXPECT_THAT(std::string(answer.body()), HasSubstr("m=image 0 udptl t38"));
  bob.expect_silence();
  EXPECT_EQ(world.engine().health().calls, 1U);
}

TEST_F(CallsTest, PassesInfoAndAnswersOptionsItself) {
  establish();
  alice.request(a, Method::info);
  bob.reply(bob.expect_request(Method::info), 200);
  alice.expect_response(200);
  alice.request(a, Method::options);
  alice.expect_response(200);
  alice.request(a, Method::publish);
  EXPECT_TRUE(alice.expect_response(405).has(HeaderName::allow));
  bob.expect_silence();
}

TEST_F(CallsTest, RefusesANumberOfTheDialogThatWasUsedR054) {
  establish();
  a.cseq = 0;
  alice.request(a, Method::options);
  alice.expect_response(500);
}

TEST_F(CallsTest, AcceptsAGapInTheNumbersOfTheDialogR054) {
  establish();
  a.cseq += 1000;
  alice.request(a, Method::options);
  alice.expect_response(200);
}

TEST_F(CallsTest, EndsBothSidesWithinFiveSecondsOfALostWorkerF005) {
  establish();
  world.lose_media_worker();
  world.advance(5s);
  alice.reply(alice.expect_request(Method::bye), 200);
  bob.reply(bob.expect_request(Method::bye), 200);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(CallsTest, GivesFourNewKeysByAReInviteAfterARestart) {
  establish();
  const auto old_key = std::get<SdesSrtp>(session().a.protection).send_key_salt.copy();
  world.restart_sip_core();
  alice.request(a, Method::invite, audio_sdp(41000, some_crypto('B')));
  bob.reply(bob.expect_request(Method::invite), 200, audio_sdp(42000));
  alice.ack(a, alice.expect_response(200));
  bob.expect_request(Method::ack);
  const auto& srtp = std::get<SdesSrtp>(session().a.protection);
  EXPECT_FALSE(std::ranges::equal(srtp.send_key_salt.bytes(), old_key.bytes()));
  EXPECT_EQ(srtp.receive_key_salt.size(), 30U);
}

TEST_F(CallsTest, StaysSecuredAfterARestartR058) {
  establish();
  world.restart_sip_core();
  alice.request(a, Method::invite, audio_sdp(41000));
  alice.expect_response(488);
  bob.expect_silence();
}

TEST_F(CallsTest, AnswersACallThatCrossedTheCancelWithAckAndByeR053) {
  a = alice.invite("bob", audio_sdp(41000));
  const auto invite = bob.expect_request(Method::invite);
  bob.reply(invite, 180);
  alice.expect_response(180);
  alice.cancel(a);
  bob.accept(invite, 200, audio_sdp(42000));
  bob.reply(bob.expect_request(Method::cancel), 200);
  bob.expect_request(Method::ack);
  bob.reply(bob.expect_request(Method::bye), 200);
  alice.expect_response(200);
  alice.expect_response(487);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(CallsTest, StopsRingingAfterThreeMinutes) {
  a = alice.invite("bob", audio_sdp(41000));
  const auto invite = bob.expect_request(Method::invite);
  bob.reply(invite, 180);
  alice.expect_response(180);
  world.advance(181s);
  alice.expect_response(480);
  bob.expect_request(Method::cancel);
}

class ForkedCallTest : public CallsTest {
 protected:
  ForkedCallTest() { second.register_now(); }

  UserAgent second = UserAgent::on_udp(world, {"bob", "bob-password", "demo.example"}, kPublicUdp,
                                       "127.0.0.12:40003");
};

TEST_F(ForkedCallTest, RingsEveryContactAndTheFirstToAnswerHasTheCallR120) {
  a = alice.invite("bob", audio_sdp(41000));
  const auto one = bob.expect_request(Method::invite);
  const auto two = second.expect_request(Method::invite);
  EXPECT_NE(one.call_id(), two.call_id());
  bob.reply(one, 180);
  second.reply(two, 180);
  alice.expect_response(180);
  alice.expect_response(180);
  second.accept(two, 200, audio_sdp(42010));
  alice.ack(a, alice.expect_response(200));
  second.expect_request(Method::ack);
  bob.reply(bob.expect_request(Method::cancel), 200);
  bob.reply(one, 487);
  bob.expect_request(Method::ack);
  EXPECT_EQ(session().b.remote_rtp_port, 42010);
}

TEST_F(ForkedCallTest, TellsTheBusyOfOneOnlyWhenNobodyElseRings) {
  a = alice.invite("bob", audio_sdp(41000));
  const auto one = bob.expect_request(Method::invite);
  const auto two = second.expect_request(Method::invite);
  bob.reply(one, 486);
  bob.expect_request(Method::ack);
  second.reply(two, 180);
  alice.expect_response(180);
  second.reply(two, 480);
  alice.expect_response(486);
}

class RequiredSrtpTest : public CallsTest {
 protected:
  RequiredSrtpTest()
      : CallsTest(config_with_policies(SrtpPolicy::required, SrtpPolicy::required)) {}
};

TEST_F(RequiredSrtpTest, RefusesACallerWithoutKeys) {
  alice.invite("bob", audio_sdp(41000));
  alice.expect_response(488);
  bob.expect_silence();
  EXPECT_EQ(world.count_log("srtp-reject"), 1U);
}

TEST_F(RequiredSrtpTest, OffersSavpOnlyAndEndsAPlainAnswerR108) {
  alice.invite("bob", audio_sdp(41000, some_crypto('A')));
  const auto invite = bob.expect_request(Method::invite);
  EXPECT_THAT(std::string(invite.body()), HasSubstr("RTP/SAVP"));
  bob.accept(invite, 200, audio_sdp(42000));
  bob.expect_request(Method::ack);
  bob.reply(bob.expect_request(Method::bye), 200);
  alice.expect_response(488);
  EXPECT_TRUE(world.sessions.empty());
  EXPECT_EQ(world.count_log("srtp-reject"), 1U);
}

TEST_F(RequiredSrtpTest, HearsNothingPlainBeforeTheAnswerEither) {
  alice.invite("bob", audio_sdp(41000, some_crypto('A')));
  const auto invite = bob.expect_request(Method::invite);
  bob.reply(invite, 183, audio_sdp(42000));
  bob.expect_request(Method::cancel);
  alice.expect_response(488);
  EXPECT_TRUE(world.sessions.empty());
}

TEST_F(RequiredSrtpTest, UsesFourDifferentKeysR109R134) {
  a = alice.invite("bob", audio_sdp(41000, some_crypto('A')));
  bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000, some_crypto('B')));
  alice.expect_response(200);
  const auto& one = std::get<SdesSrtp>(session().a.protection);
  const auto& two = std::get<SdesSrtp>(session().b.protection);
  EXPECT_FALSE(std::ranges::equal(one.send_key_salt.bytes(), two.send_key_salt.bytes()));
  EXPECT_FALSE(std::ranges::equal(one.receive_key_salt.bytes(), two.receive_key_salt.bytes()));
}

}  // namespace
}  // namespace ringfence::sip_core
