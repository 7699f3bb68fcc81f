// Attended and semi-attended transfers (RFC 5589 §7, RFC 3891) through the whole engine.
#include "tests/unit/sip-core/b2bua/transfer_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using sip::HeaderName;
using sip::Method;
using ::testing::HasSubstr;
using ::testing::Not;

class AttendedTransferTest : public TransferFixture {
 protected:
  // Bob, who talks to alice, calls carol and transfers while she rings.
  void transfer_while_it_rings() {
    first = establish(alice, 41000, bob, "bob", 42000);
    second = bob.invite("carol", audio_sdp(42002));
    invite = carol.expect_request(Method::invite);
    carol.reply(*invite, 180);
    refer(bob, first.callee,
          "<sip:carol@demo.example" + replaces(bob.early(second, bob.expect_response(180))) + ">");
    expect_referred();
  }
  void expect_referred() {
    bob.expect_response(202);
    expect_notify(bob, "100", "active");
    bob.expect_response(487);  // its second call is no more
  }
  // The media of alice and carol, as both were offered it anew.
  void expect_joined() {
    carol.reply(carol.expect_request(Method::invite), 200, audio_sdp(43000));
    carol.expect_request(Method::ack);
    alice.reply(alice.expect_request(Method::invite), 200, audio_sdp(41000));
    alice.expect_request(Method::ack);
    ASSERT_EQ(world.sessions.size(), 1U);
    EXPECT_EQ(world.sessions.begin()->second.a.remote_rtp_port, 41000);
    EXPECT_EQ(world.sessions.begin()->second.b.remote_rtp_port, 43000);
    EXPECT_EQ(world.engine().health().calls, 1U);
  }

  Sides first;
  Dialogue second;
  std::optional<sip::Message> invite;
};

TEST_F(AttendedTransferTest, AnAttendedTransferJoinsTheTwoWhoRemain) {
  first = establish(alice, 41000, bob, "bob", 42000);
  const auto other = establish(bob, 42002, carol, "carol", 43000);
  ASSERT_EQ(world.sessions.size(), 2U);
  refer(bob, first.callee, "<sip:carol@demo.example" + replaces(other.caller) + ">");
  bob.expect_response(202);
  const auto trying = bob.expect_request(Method::notify);
  bob.reply(trying, 200);
  // The call that the Refer-To named ends first, then the one of the REFER.
  bob.reply(bob.expect_request(Method::bye), 200);
  expect_notify(bob, "200", "terminated");
  bob.reply(bob.expect_request(Method::bye), 200);
  const auto to_carol = carol.expect_request(Method::invite);
  EXPECT_FALSE(to_carol.to_tag().empty());
  EXPECT_THAT(std::string(to_carol.bytes()), Not(HasSubstr(first.callee.call_id)));
  carol.reply(to_carol, 200, audio_sdp(43000));
  carol.expect_request(Method::ack);
  alice.reply(alice.expect_request(Method::invite), 200, audio_sdp(41000));
  alice.expect_request(Method::ack);
  ASSERT_EQ(world.sessions.size(), 1U);
  EXPECT_EQ(world.sessions.begin()->second.a.remote_rtp_port, 41000);
  EXPECT_EQ(world.sessions.begin()->second.b.remote_rtp_port, 43000);
  EXPECT_EQ(world.engine().health().calls, 1U);
  alice.request(first.caller, Method::bye);
  alice.expect_response(200);
  carol.reply(carol.expect_request(Method::bye), 200);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(AttendedTransferTest, CallsThatWereRestoredAreJoinedF001) {
  first = establish(alice, 41000, bob, "bob", 42000);
  const auto other = establish(bob, 42002, carol, "carol", 43000);
  world.restart_sip_core();
  refer(bob, first.callee, "<sip:carol@demo.example" + replaces(other.caller) + ">");
  bob.expect_response(202);
  bob.reply(bob.expect_request(Method::notify), 200);
  bob.reply(bob.expect_request(Method::bye), 200);
  expect_notify(bob, "200", "terminated");
  bob.reply(bob.expect_request(Method::bye), 200);
  expect_joined();
}

TEST_F(AttendedTransferTest, JoinsNobodyElsesCall) {
  first = establish(alice, 41000, bob, "bob", 42000);
  const auto other = establish(bob, 42002, carol, "carol", 43000);
  refer(bob, first.callee, "<sip:carol@demo.example?Replaces=x%3Bto-tag%3D1%3Bfrom-tag%3D2>");
  bob.expect_response(481);
  // Alice is in the first call only; the second is bob's.
  refer(alice, first.caller, "<sip:carol@demo.example" + replaces(other.caller) + ">");
  alice.expect_response(403);
  EXPECT_EQ(world.engine().health().calls, 2U);
}

TEST_F(AttendedTransferTest, ACallThatStillRingsIsTransferredTo) {
  transfer_while_it_rings();
  carol.expect_silence();  // she rings on
  carol.accept(*invite, 200, audio_sdp(43000));
  carol.expect_request(Method::ack);
  expect_notify(bob, "200", "terminated");
  bob.reply(bob.expect_request(Method::bye), 200);
  expect_joined();
  alice.request(first.caller, Method::bye);
  alice.expect_response(200);
  carol.reply(carol.expect_request(Method::bye), 200);
  EXPECT_EQ(world.engine().health().calls, 0U);
  EXPECT_TRUE(world.sessions.empty());
}

TEST_F(AttendedTransferTest, EarlyMediaThatTheTransferorHeardReachesNobodyMore) {
  first = establish(alice, 41000, bob, "bob", 42000);
  bob.says = {{HeaderName::supported, "100rel"}};
  second = bob.invite("carol", audio_sdp(42002));
  invite = carol.expect_request(Method::invite);
  carol.respond(*invite, 183, {"c", audio_sdp(43000), 1});
  carol.reply(carol.expect_request(Method::prack), 200);
  const auto early = bob.expect_response(183);
  ASSERT_EQ(world.sessions.size(), 2U);
  refer(bob, first.callee, "<sip:carol@demo.example" + replaces(bob.early(second, early)) + ">");
  expect_referred();
  EXPECT_EQ(world.sessions.size(), 1U);
  carol.respond(*invite, 180, {"c", {}, 2});  // reliably, so it is still acknowledged
  carol.reply(carol.expect_request(Method::prack), 200);
  expect_notify(bob, "180", "active");
  carol.respond(*invite, 200, {"c"});
  carol.expect_request(Method::ack);
  expect_notify(bob, "200", "terminated");
  bob.reply(bob.expect_request(Method::bye), 200);
  expect_joined();
}

TEST_F(AttendedTransferTest, WhoRingsAndDeclinesLeavesTheFirstCallAsItWas) {
  transfer_while_it_rings();
  carol.reply(*invite, 486);
  carol.expect_request(Method::ack);
  expect_notify(bob, "486", "terminated");
  alice.expect_silence();
  EXPECT_EQ(world.engine().health().calls, 1U);
  EXPECT_EQ(world.sessions.size(), 1U);
  bob.request(first.callee, Method::bye);
  bob.expect_response(200);
  alice.reply(alice.expect_request(Method::bye), 200);
}

TEST_F(AttendedTransferTest, ThePartyThatRemainsMayLeaveWhileItRings) {
  transfer_while_it_rings();
  alice.request(first.caller, Method::bye);
  alice.expect_response(200);
  bob.reply(bob.expect_request(Method::bye), 200);
  carol.reply(carol.expect_request(Method::cancel), 200);
  carol.reply(*invite, 487);
  carol.expect_request(Method::ack);
  EXPECT_EQ(world.engine().health().calls, 0U);
  EXPECT_TRUE(world.sessions.empty());
}

TEST_F(AttendedTransferTest, ACallThatRingsAtTheTransferorIsNotTransferredTo) {
  first = establish(alice, 41000, bob, "bob", 42000);
  carol.invite("bob", audio_sdp(43000));
  invite = bob.expect_request(Method::invite);
  const auto ringing = bob.accept(*invite, 180, {});
  refer(bob, first.callee, "<sip:carol@demo.example" + replaces(ringing) + ">");
  bob.expect_response(481);
  carol.expect_response(180);
}

}  // namespace
}  // namespace ringfence::sip_core
