// Set-ups that a death of sip-core cuts short (F001), and what a restored call still waits for.
#include "tests/unit/sip-core/b2bua/call_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;
using ::testing::HasSubstr;
using ::testing::Not;

class CallCutShortTest : public CallFixture {
 protected:
  void invite() {
    a = alice.invite("bob", audio_sdp(41000, some_crypto('A')));
    at_bob = bob.expect_request(Method::invite);
  }
  void ring() {
    invite();
    bob.respond(at_bob, 180, {"one"});
    alice.expect_response(180);
  }
  void expect_nothing_pending() {
    EXPECT_EQ(world.store().pending_invites(), 0U);
    EXPECT_EQ(world.engine().health().calls, 0U);
  }
  sip::Message at_bob;
};

TEST_F(CallCutShortTest, TheCalleeGetsCancelAndTheCaller503F001) {
  ring();
  EXPECT_EQ(world.store().pending_invites(), 1U);
  world.restart_sip_core();
  EXPECT_TRUE(alice.expect_response(503).has(HeaderName::retry_after));
  world.advance(1s);
  const auto cancel = bob.expect_request(Method::cancel);
  EXPECT_EQ(cancel.via()->branch, at_bob.via()->branch);
  EXPECT_EQ(cancel.cseq()->number, at_bob.cseq()->number);
  EXPECT_EQ(cancel.header(HeaderName::from), at_bob.header(HeaderName::from));
  EXPECT_EQ(cancel.request_uri_text(), at_bob.request_uri_text());
  bob.reply(cancel, 200);
  bob.reply(at_bob, 487);
  bob.expect_request(Method::ack);
  expect_nothing_pending();
  EXPECT_EQ(world.unfinished_messages(), 0U);
}

TEST_F(CallCutShortTest, ALate2xxOfTheCalleeGetsAckAndByeF001R053) {
  ring();
  world.restart_sip_core();
  alice.expect_response(503);
  b = bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  const auto bye = bob.expect_request(Method::bye);
  EXPECT_EQ(bye.to_tag(), "one");
  EXPECT_GT(bye.cseq()->number, at_bob.cseq()->number);
  bob.reply(bye, 200);
  world.advance(2s);
  bob.expect_silence();
  expect_nothing_pending();
}

TEST_F(CallCutShortTest, TheByeToALate2xxHasAHigherCSeqThanTheOneBeforeAnotherDeath) {
  ring();
  world.restart_sip_core();
  alice.expect_response(503);
  world.commits_fail = true;  // the next process does not know what this one says
  bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  const auto lost = bob.expect_request(Method::bye);
  world.advance(40ms);
  world.restart_sip_core();
  bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  EXPECT_GT(bob.expect_request(Method::bye).cseq()->number, lost.cseq()->number);
}

TEST_F(CallCutShortTest, AnInviteThatNothingWasHeardOfYetIsCancelledOnceItRingsF001) {
  invite();
  EXPECT_EQ(world.store().pending_invites(), 0U);
  world.restart_sip_core();
  alice.expect_response(503);
  bob.respond(at_bob, 180, {"one"});
  world.advance(1s);
  const auto cancel = bob.expect_request(Method::cancel);
  EXPECT_EQ(cancel.via()->branch, at_bob.via()->branch);
  EXPECT_EQ(cancel.header(HeaderName::from), at_bob.header(HeaderName::from));
  bob.reply(cancel, 200);
  bob.reply(at_bob, 487);
  EXPECT_EQ(bob.expect_request(Method::ack).via()->branch, at_bob.via()->branch);
  expect_nothing_pending();
}

TEST_F(CallCutShortTest, AnInviteThatNothingWasHeardOfYetIsEndedWhenItIsAnsweredF001) {
  invite();
  world.restart_sip_core();
  alice.expect_response(503);
  b = bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  bob.reply(bob.expect_request(Method::bye), 200);
  world.advance(2s);
  bob.expect_silence();
  expect_nothing_pending();
}

TEST_F(CallCutShortTest, ARepeated2xxOfARestoredCallEndsNothingF001) {
  invite();
  b = bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  alice.ack(a, alice.expect_response(200));
  world.restart_sip_core();
  bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_silence();
  expect_call_goes_on();
}

TEST_F(CallCutShortTest, WhatAStrangerAnswersIsNobodysF001) {
  auto mallory = UserAgent::on_udp(world, {"m", "", "demo.example"}, kPublicUdp, "127.0.0.66:5060");
  invite();
  world.restart_sip_core();
  alice.expect_response(503);
  mallory.respond(at_bob, 180, {"one"});
  world.advance(2s);
  mallory.expect_silence();
  bob.expect_silence();
}

TEST_F(CallCutShortTest, ACallerOnUdpGets503F001) {
  a = bob.invite("alice", audio_sdp(42000));
  const auto at_alice = alice.expect_request(Method::invite);
  alice.respond(at_alice, 180, {"one"});
  bob.expect_response(180);
  EXPECT_EQ(world.store().pending_invites(), 2U);
  world.restart_sip_core();
  world.advance(1s);
  const auto refusal = bob.expect_response(503);
  EXPECT_TRUE(refusal.has(HeaderName::retry_after));
  EXPECT_EQ(refusal.call_id(), a.call_id);
  alice.reply(alice.expect_request(Method::cancel), 200);
  alice.reply(at_alice, 487);
  alice.expect_request(Method::ack);
  world.advance(32s);
  expect_nothing_pending();
}

TEST_F(CallCutShortTest, ACallerOnUdpGets503OnceMoreAfterAnotherDeathF001) {
  a = bob.invite("alice", audio_sdp(42000));
  alice.respond(alice.expect_request(Method::invite), 180, {"one"});
  bob.expect_response(180);
  world.restart_sip_core();
  world.advance(1s);
  bob.expect_response(503);  // and says nothing: it was lost
  world.restart_sip_core();
  world.advance(1s);
  EXPECT_EQ(bob.expect_response(503).call_id(), a.call_id);
}

TEST_F(CallCutShortTest, IsForgottenThoughItsCarriersConnectionBreaks) {
  world.dns["secure.example"] = {*IpAddress::parse("127.0.0.52")};
  UserAgent secure = UserAgent::listening(world, {"secure", "", "127.0.0.1"}, "127.0.0.52:5061");
  world.set_config(config_with_policies(SrtpPolicy::preferred, SrtpPolicy::off));
  world.advance(15s);
  a = alice.invite("9301234", audio_sdp(41000));
  secure.respond(secure.expect_request(Method::invite), 180, {"one"});
  alice.expect_response(180);
  world.restart_sip_core();
  alice.expect_response(503);
  world.disconnect(*secure.connection());
  world.advance(100s);
  EXPECT_EQ(world.engine().census().calls.calls, 0U);
}

TEST_F(CallCutShortTest, KeepsNoPasswordAndNoKeyOfWhatItPersists) {
  ring();
  const auto restored = world.store().restored();
  ASSERT_EQ(restored.invites.size(), 1U);
  EXPECT_THAT(restored.invites[0].header, Not(HasSubstr("Authorization")));
  EXPECT_THAT(restored.invites[0].header, Not(HasSubstr("m=audio")));
}

TEST_F(CallCutShortTest, LeavesNothingBehindWhenTheSetUpEndsByItself) {
  ring();
  bob.respond(at_bob, 486, {"one"});
  bob.expect_request(Method::ack);
  alice.expect_response(486);
  expect_nothing_pending();
  establish();
  EXPECT_EQ(world.store().pending_invites(), 0U);
  EXPECT_EQ(world.store().restored().calls.size(), 1U);
  hang_up();
  EXPECT_TRUE(world.store().restored().calls.empty());
}

TEST_F(CallCutShortTest, ACallWhose200WasSentIsRestoredAndItsAckIsWaitedForR051) {
  invite();
  b = bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  const auto success = alice.expect_response(200);
  world.restart_sip_core();
  EXPECT_EQ(world.engine().health().calls, 1U);
  alice.ack(a, success);
  world.advance(40s);
  alice.expect_silence();
  bob.expect_silence();
  expect_call_goes_on();
}

class LateOfferCutShortTest : public CallCutShortTest {
 protected:
  // sip-core dies once the caller has its 200 with the callee's offer.
  void answer_and_die() {
    a = alice.invite("bob", "");
    at_bob = bob.expect_request(Method::invite);
    b = bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
    success = alice.expect_response(200);
    world.restart_sip_core();
  }
  void expect_end_on_both_sides() {
    world.advance(1s);
    bob.reply(bob.expect_request(Method::bye), 200);
    alice.reply(alice.expect_request(Method::bye), 200);
    EXPECT_EQ(world.engine().health().calls, 0U);
  }
  std::optional<sip::Message> success;
};

// The caller's ACK answers an offer that nobody remembers.
TEST_F(LateOfferCutShortTest, EndsOnBothSidesWhateverTheAckSaysF001R059) {
  answer_and_die();
  alice.ack(a, *success, audio_sdp(41000, some_crypto('A')));
  expect_end_on_both_sides();
}

TEST_F(LateOfferCutShortTest, EndsOnBothSidesAfterAnotherDeathTooF001) {
  answer_and_die();
  alice.ack(a, *success, audio_sdp(41000, some_crypto('A')));
  world.restart_sip_core();
  expect_end_on_both_sides();
}

TEST_F(LateOfferCutShortTest, PassesOnNoPlainMediaBeforeItHasEnded) {
  answer_and_die();
  alice.ack(a, *success, audio_sdp(41000, some_crypto('A')));
  alice.request(a, Method::invite, audio_sdp(41000));
  alice.expect_response(488);
  bob.expect_silence();
}

TEST_F(CallCutShortTest, ARestoredCallWithoutAnAckEndsOnBothSidesIn32SecondsR051F075) {
  invite();
  b = bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  alice.expect_response(200);
  world.advance(10s);
  alice.expect_response(200);
  world.restart_sip_core();
  world.advance(21s);
  bob.expect_silence();
  world.advance(2s);
  bob.reply(bob.expect_request(Method::bye), 200);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(CallCutShortTest, ACallWhoseAckCameIsRestoredForGood) {
  establish();
  world.restart_sip_core();
  world.advance(40s);
  alice.expect_silence();
  bob.expect_silence();
  expect_call_goes_on();
}

TEST_F(CallCutShortTest, AnAnswerThatWasHeldBackEndsWithTheProcessF001) {
  is_modern(alice);
  invite();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  alice.expect_response(183);
  bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  world.restart_sip_core();
  EXPECT_EQ(alice.expect_response(503).cseq()->number, a.cseq);
  world.advance(33s);
  bob.reply(bob.expect_request(Method::bye), 200);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

}  // namespace
}  // namespace ringfence::sip_core
