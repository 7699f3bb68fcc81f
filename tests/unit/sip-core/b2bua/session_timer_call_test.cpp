// Session timers (RFC 4028) of both legs, through the whole engine.
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

class SessionTimerCallTest : public ::testing::Test {
 protected:
  SessionTimerCallTest() {
    alice.register_now();
    bob.register_now();
  }
  // Alice asks for `asked`; bob's 200 has `granted` ("": none).
  void establish(const std::string& asked, const std::string& granted) {
    alice.says = {{HeaderName::supported, "timer"}, {HeaderName::session_expires, asked}};
    a = alice.invite("bob", audio_sdp(41000));
    const auto invite = bob.expect_request(Method::invite);
    EXPECT_EQ(invite.header(HeaderName::session_expires), "1800");
    EXPECT_TRUE(invite.lists(HeaderName::supported, "timer"));
    if (!granted.empty()) bob.says = {{HeaderName::session_expires, granted}};
    b = bob.accept(invite, 200, audio_sdp(42000));
    answered = alice.expect_response(200);
    alice.ack(a, answered);
    bob.expect_request(Method::ack);
    bob.says.clear();
  }
  void expect_end() {
    alice.reply(alice.expect_request(Method::bye), 200);
    bob.reply(bob.expect_request(Method::bye), 200);
    EXPECT_EQ(world.engine().health().calls, 0U);
    EXPECT_TRUE(world.sessions.empty());
  }

  World world{demo_config()};
  UserAgent alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
  UserAgent bob = UserAgent::on_stream(world, {"bob", "bob-password", "demo.example"}, kPublicTls,
                                       "127.0.0.11:40002");
  Dialogue a;
  Dialogue b;
  sip::Message answered;
};

TEST_F(SessionTimerCallTest, RefusesAnIntervalThatIsTooShortR152) {
  alice.says = {{HeaderName::supported, "timer"}, {HeaderName::session_expires, "60"}};
  alice.invite("bob", audio_sdp(41000));
  const auto refused = alice.expect_response(422);
  EXPECT_EQ(refused.header(HeaderName::min_se), "90");
  bob.expect_silence();
}

TEST_F(SessionTimerCallTest, EachLegHasAnIntervalOfItsOwnR153R157) {
  establish("600;refresher=uac", "1200;refresher=uas");
  EXPECT_EQ(answered.header(HeaderName::session_expires), "600;refresher=uac");
  EXPECT_TRUE(answered.lists(HeaderName::require, "timer"));
  EXPECT_FALSE(answered.has(HeaderName::min_se));
}

TEST_F(SessionTimerCallTest, AsksAgainWithWhatTheCalleeAcceptsR152) {
  a = alice.invite("bob", audio_sdp(41000));
  const auto invite = bob.expect_request(Method::invite);
  auto refused = sip::make_response(invite, 422, {}, "x");
  refused.add(HeaderName::min_se, "3600");
  bob.send(refused.serialize());
  bob.expect_request(Method::ack);
  const auto again = bob.expect_request(Method::invite);
  EXPECT_EQ(again.call_id(), invite.call_id());
  EXPECT_EQ(again.header(HeaderName::session_expires), "3600");
  EXPECT_EQ(again.header(HeaderName::min_se), "3600");
  EXPECT_EQ(again.cseq()->number, invite.cseq()->number + 1);
  bob.accept(again, 200, audio_sdp(42000));
  alice.expect_response(200);
}

TEST_F(SessionTimerCallTest, RefreshesAtHalfTheIntervalByAReInviteThatSaysNothingNewR154) {
  establish("600;refresher=uac", "400;refresher=uac");
  world.advance(199s);
  bob.expect_silence();
  world.advance(2s);
  const auto refresh = bob.expect_request(Method::invite);
  EXPECT_EQ(refresh.header(HeaderName::session_expires), "400;refresher=uac");
  auto ok = sip::make_response(refresh, 200, {}, {});
  ok.add(HeaderName::contact, bob.contact())
      .add(HeaderName::session_expires, "400;refresher=uac")
      .body("application/sdp", audio_sdp(42000));
  bob.send(ok.serialize());
  bob.expect_request(Method::ack);
  alice.expect_silence();  // R157
  world.advance(201s);
  EXPECT_EQ(bob.expect_request(Method::invite).body(), refresh.body());
}

TEST_F(SessionTimerCallTest, RefreshesByUpdateWhereThePeerTakesItR154) {
  alice.says = {{HeaderName::supported, "timer"}, {HeaderName::session_expires, "600"}};
  a = alice.invite("bob", audio_sdp(41000));
  bob.says = {{HeaderName::session_expires, "400;refresher=uac"},
              {HeaderName::allow, "INVITE, ACK, BYE, UPDATE"}};
  b = bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000));
  alice.ack(a, alice.expect_response(200));
  bob.expect_request(Method::ack);
  world.advance(201s);
  const auto update = bob.expect_request(Method::update);
  EXPECT_TRUE(update.body().empty());
  EXPECT_TRUE(update.has(HeaderName::contact));
}

TEST_F(SessionTimerCallTest, EndsTheCallWhereTheRefreshFindsNobodyR154) {
  establish("600;refresher=uac", "400;refresher=uac");
  world.advance(201s);
  bob.reply(bob.expect_request(Method::invite), 481);
  bob.expect_request(Method::ack);
  expect_end();
}

TEST_F(SessionTimerCallTest, TriesAgainWhereTheRefreshFailsOtherwiseR154) {
  establish("600;refresher=uac", "400;refresher=uac");
  world.advance(201s);
  bob.reply(bob.expect_request(Method::invite), 500);
  bob.expect_request(Method::ack);
  EXPECT_EQ(world.engine().health().calls, 1U);
  world.advance(11s);
  bob.expect_request(Method::invite);
}

TEST_F(SessionTimerCallTest, EndsACallThatNobodyRefreshesBeforeItExpiresR155) {
  establish("600;refresher=uac", "");
  world.advance(567s);
  alice.expect_silence();
  world.advance(2s);
  expect_end();
}

TEST_F(SessionTimerCallTest, AnswersARefreshWithoutTroublingTheOtherLegR157) {
  establish("600;refresher=uac", "");
  for (int times = 0; times < 3; ++times) {
    world.advance(300s);
    alice.request(a, Method::invite, audio_sdp(41000));
    const auto ok = alice.expect_response(200);
    EXPECT_EQ(ok.header(HeaderName::session_expires), "600;refresher=uac");
    EXPECT_EQ(ok.body(), answered.body());
    alice.ack(a, ok);
    bob.expect_silence();
  }
  EXPECT_EQ(world.engine().health().calls, 1U);
}

TEST_F(SessionTimerCallTest, AnUpdateWithoutAnOfferRefreshesTooR157) {
  establish("600;refresher=uac", "");
  for (int times = 0; times < 3; ++times) {
    world.advance(300s);
    alice.request(a, Method::update);
    EXPECT_EQ(alice.expect_response(200).header(HeaderName::session_expires), "600;refresher=uac");
  }
  bob.expect_silence();
}

TEST_F(SessionTimerCallTest, IsOffOnALegWhoseSuccessDoesNotNameItR156) {
  establish("600;refresher=uac", "");
  world.advance(300s);
  alice.request(a, Method::update);
  alice.expect_response(200);
  world.advance(300s);
  alice.request(a, Method::update);
  alice.expect_response(200);
  bob.expect_silence();
  EXPECT_EQ(world.engine().health().calls, 1U);
}

// Neither phone can say BYE any more: their connections are gone, and so are they.
TEST_F(SessionTimerCallTest, EndsACallWhosePhonesHaveVanishedF097) {
  establish("600;refresher=uac", "400;refresher=uac");
  world.disconnect(*alice.connection());
  world.disconnect(*bob.connection());
  EXPECT_EQ(world.engine().health().calls, 1U);
  world.advance(380s);
  EXPECT_EQ(world.engine().health().calls, 0U);
  EXPECT_TRUE(world.sessions.empty());
}

TEST_F(SessionTimerCallTest, HasAsLongLeftAfterARestartAsItHadR158) {
  establish("600;refresher=uac", "");
  world.advance(400s);
  world.restart_sip_core();
  EXPECT_EQ(world.engine().health().calls, 1U);
  world.advance(160s);
  alice.expect_silence();
  world.advance(10s);
  expect_end();
}

}  // namespace
}  // namespace ringfence::sip_core
