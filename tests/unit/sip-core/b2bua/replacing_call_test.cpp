// An INVITE with Replaces (RFC 3891) through the whole engine.
#include "tests/unit/sip-core/b2bua/transfer_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;
using ::testing::HasSubstr;

class ReplacingCallTest : public TransferFixture {
 protected:
  // Alice calls and bob rings.
  void ring() {
    caller = alice.invite("bob", audio_sdp(41000));
    invite = bob.expect_request(Method::invite);
    callee = bob.accept(*invite, 180, {});
    alice.expect_response(180);
  }
  void expect_bob_is_told_to_stop() {
    const auto cancel = bob.expect_request(Method::cancel);
    EXPECT_THAT(std::string(cancel.bytes()), HasSubstr("completed elsewhere"));
    bob.reply(cancel, 200);
    bob.reply(*invite, 487);
    bob.expect_request(Method::ack);
  }
  void expect_bob_rings_on() {
    bob.expect_silence();
    bob.accept(*invite, 200, audio_sdp(42000));
    bob.expect_request(Method::ack);
    alice.expect_response(200);
  }

  Dialogue caller;
  std::optional<sip::Message> invite;
  Dialogue callee;
};

TEST_F(ReplacingCallTest, AnInviteWithReplacesTakesOverAPlaceInACall) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  invite_replacing(carol, call.callee, audio_sdp(43000));
  bob.reply(bob.expect_request(Method::bye), 200);
  const auto offer = alice.expect_request(Method::invite);
  alice.reply(offer, 200, audio_sdp(41000));
  alice.expect_request(Method::ack);
  carol.expect_response(200);
  ASSERT_EQ(world.sessions.size(), 1U);
  EXPECT_EQ(world.sessions.begin()->second.a.remote_rtp_port, 43000);
  EXPECT_EQ(world.sessions.begin()->second.b.remote_rtp_port, 41000);
}

TEST_F(ReplacingCallTest, AnInviteThatReplacesNothingOfOursIsToldSo) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  Dialogue nothing;
  nothing.call_id = "nothing";
  nothing.local = nothing.remote = "tag=1";
  invite_replacing(carol, nothing, audio_sdp(43000));
  carol.expect_response(481);
  EXPECT_EQ(world.engine().health().calls, 1U);
}

TEST_F(ReplacingCallTest, ARingingCallIsPickedUp) {
  ring();
  invite_replacing(carol, callee, audio_sdp(43000));
  expect_bob_is_told_to_stop();
  const auto success = carol.expect_response(200);
  EXPECT_THAT(std::string(success.body()), HasSubstr("m=audio"));
  alice.expect_silence();  // until it is sure that somebody is there
  Dialogue picked = founded_by(success);
  carol.ack(picked, success);
  const auto answer = alice.expect_response(200);
  EXPECT_THAT(std::string(answer.body()), HasSubstr("m=audio"));
  alice.ack(caller, answer);
  ASSERT_EQ(world.sessions.size(), 1U);
  EXPECT_EQ(world.sessions.begin()->second.a.remote_rtp_port, 41000);
  EXPECT_EQ(world.sessions.begin()->second.b.remote_rtp_port, 43000);
  EXPECT_EQ(world.engine().health().calls, 1U);
  carol.request(picked, Method::bye);
  carol.expect_response(200);
  alice.reply(alice.expect_request(Method::bye), 200);
  EXPECT_EQ(world.engine().health().calls, 0U);
  EXPECT_TRUE(world.sessions.empty());
}

TEST_F(ReplacingCallTest, WhoPicksUpEarlyOnlyTakesNoCallThatWasAnswered) {
  auto call = establish(alice, 41002, bob, "bob", 42002);
  invite_replacing(carol, call.callee, audio_sdp(43000), ";early-only");
  carol.expect_response(486);
}

TEST_F(ReplacingCallTest, EarlyMediaIsFollowedByAnAnswerInADialogOfItsOwn) {
  caller = alice.invite("bob", audio_sdp(41000));
  invite = bob.expect_request(Method::invite);
  callee = bob.accept(*invite, 183, audio_sdp(42000));
  const auto early = alice.expect_response(183);
  invite_replacing(carol, callee, audio_sdp(43000), ";early-only");
  expect_bob_is_told_to_stop();
  const auto success = carol.expect_response(200);
  Dialogue picked = founded_by(success);
  carol.ack(picked, success);
  EXPECT_NE(alice.expect_response(200).to_tag(), early.to_tag());
  EXPECT_EQ(world.sessions.begin()->second.b.remote_rtp_port, 43000);
}

TEST_F(ReplacingCallTest, ACallerWhoLeavesDuringThePickUpEndsItAfterItsAck) {
  ring();
  invite_replacing(carol, callee, audio_sdp(43000));
  const auto success = carol.expect_response(200);
  alice.cancel(caller);
  alice.expect_response(200);
  alice.expect_response(487);
  carol.expect_silence();  // RFC 3261 §15: no BYE before the ACK
  Dialogue picked = founded_by(success);
  carol.ack(picked, success);
  carol.reply(carol.expect_request(Method::bye), 200);
  expect_bob_is_told_to_stop();
  EXPECT_EQ(world.engine().health().calls, 0U);
  EXPECT_TRUE(world.sessions.empty());
}

TEST_F(ReplacingCallTest, APickUpThatIsNeverAcknowledgedEndsTheCall) {
  ring();
  invite_replacing(carol, callee, audio_sdp(43000));
  expect_bob_is_told_to_stop();
  carol.expect_response(200);
  world.advance(33s);
  alice.expect_response(500);
  EXPECT_EQ(world.engine().health().calls, 0U);
  EXPECT_TRUE(world.sessions.empty());
}

TEST_F(ReplacingCallTest, AnEarlyDialogThatThePeerBeganIsNotReplaced) {
  caller = alice.invite("bob", audio_sdp(41000));
  invite = bob.expect_request(Method::invite);
  bob.accept(*invite, 180, {});
  const auto ringing = alice.expect_response(180);
  invite_replacing(carol, alice.early(caller, ringing), audio_sdp(43000));
  carol.expect_response(481);
  expect_bob_rings_on();
}

TEST_F(ReplacingCallTest, WhoCannotTalkToTheCallerPicksNothingUp) {
  ring();
  std::string speex = audio_sdp(43000);
  speex.replace(speex.find("m=audio"), std::string::npos,
                "m=audio 43000 RTP/AVP 97\r\na=rtpmap:97 speex/8000\r\n");
  invite_replacing(carol, callee, speex);
  carol.expect_response(488);
  expect_bob_rings_on();
}

}  // namespace
}  // namespace ringfence::sip_core
