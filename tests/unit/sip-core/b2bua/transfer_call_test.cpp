// Transfers (RFC 3515, RFC 5589, RFC 3891) through the whole engine.
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
using ::testing::StartsWith;

Config config_with_carol() {
  Config config = demo_config();
  Extension carol = config.extensions[0];
  carol.id = ExtensionId{3};
  carol.username = "carol";
  carol.password = "carol-password";
  config.extensions.push_back(carol);
  config.finish();
  return config;
}

class TransferCallTest : public ::testing::Test {
 protected:
  TransferCallTest() {
    for (UserAgent* one : {&alice, &bob, &carol})
      one->register_now();
  }
  void set(const std::function<void(Config&)>& change) {
    Config config = config_with_carol();
    change(config);
    config.revision = 2;
    config.finish();
    world.set_config(config);
  }
  UserAgent phone(const std::string& name, const std::string& address) {
    return UserAgent::on_stream(world, {name, name + "-password", "demo.example"}, kPublicTls,
                                address);
  }
  struct Sides {
    Dialogue caller;
    Dialogue callee;
  };
  static Sides establish(UserAgent& from, Port from_port, UserAgent& to, const std::string& name,
                         Port to_port) {
    Sides sides;
    sides.caller = from.invite(name, audio_sdp(from_port));
    sides.callee = to.accept(to.expect_request(Method::invite), 200, audio_sdp(to_port));
    from.ack(sides.caller, from.expect_response(200));
    to.expect_request(Method::ack);
    return sides;
  }
  static void refer(UserAgent& by, Dialogue& within, const std::string& refer_to,
                    const std::string& sub = {}) {
    sip::OutgoingMessage with;
    with.add(HeaderName::refer_to, refer_to);
    if (!sub.empty()) with.add(HeaderName::refer_sub, sub);
    by.request(within, Method::refer, with);
  }
  static void expect_notify(UserAgent& by, const std::string& status, const std::string& state) {
    const auto notify = by.expect_request(Method::notify);
    EXPECT_THAT(std::string(notify.body()), StartsWith("SIP/2.0 " + status));
    EXPECT_THAT(std::string(notify.header(HeaderName::subscription_state).value_or("")),
                StartsWith(state));
    EXPECT_THAT(std::string(notify.header(HeaderName::event).value_or("")), StartsWith("refer"));
    by.reply(notify, 200);
  }
  // What Replaces must say of the dialog, in a URI.
  static std::string replaces(const Dialogue& d) {
    const auto tag = [](const std::string& value) { return value.substr(value.find("tag=") + 4); };
    return "?Replaces=" + d.call_id + "%3Bto-tag%3D" + tag(d.remote) + "%3Bfrom-tag%3D" +
           tag(d.local);
  }

  World world{config_with_carol()};
  UserAgent alice = phone("alice", "127.0.0.10:40001");
  UserAgent bob = phone("bob", "127.0.0.11:40002");
  UserAgent carol = phone("carol", "127.0.0.12:40003");
};

TEST_F(TransferCallTest, ABlindTransferBringsTheRemainingPartyToTheTarget) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  refer(bob, call.callee, "<sip:carol@demo.example>");
  bob.expect_response(202);
  expect_notify(bob, "100", "active");
  const auto invite = carol.expect_request(Method::invite);
  EXPECT_EQ(invite.from()->uri.decoded_user(), "alice");
  EXPECT_EQ(invite.header(HeaderName::referred_by), "<sip:bob@demo.example>");
  EXPECT_THAT(std::string(invite.bytes()), Not(HasSubstr("127.0.0.10")));
  carol.reply(invite, 180);
  expect_notify(bob, "180", "active");
  carol.accept(invite, 200, audio_sdp(43000));
  carol.expect_request(Method::ack);
  expect_notify(bob, "200", "terminated");
  bob.reply(bob.expect_request(Method::bye), 200);
  const auto offer = alice.expect_request(Method::invite);
  EXPECT_FALSE(offer.to_tag().empty());
  EXPECT_THAT(std::string(offer.body()), HasSubstr("a=sendrecv"));
  alice.reply(offer, 200, audio_sdp(41000));
  alice.expect_request(Method::ack);
  ASSERT_EQ(world.engine().health().calls, 1U);
  ASSERT_EQ(world.sessions.size(), 1U);
  EXPECT_EQ(world.sessions.begin()->second.a.remote_rtp_port, 41000);
  EXPECT_EQ(world.sessions.begin()->second.b.remote_rtp_port, 43000);
  alice.request(call.caller, Method::bye);
  alice.expect_response(200);
  carol.reply(carol.expect_request(Method::bye), 200);
  EXPECT_EQ(world.engine().health().calls, 0U);
  EXPECT_TRUE(world.sessions.empty());
}

TEST_F(TransferCallTest, TheCallerTransfersAsWellAndTheHeldPartyIsResumed) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  alice.request(call.caller, Method::invite, audio_sdp(41000, {}, "sendonly"));
  bob.reply(bob.expect_request(Method::invite), 200, audio_sdp(42000, {}, "recvonly"));
  alice.ack(call.caller, alice.expect_response(200));
  bob.expect_request(Method::ack);
  refer(alice, call.caller, "<sip:carol@demo.example>");
  alice.expect_response(202);
  expect_notify(alice, "100", "active");
  const auto invite = carol.expect_request(Method::invite);
  EXPECT_THAT(std::string(invite.body()), HasSubstr("a=sendrecv"));
  carol.accept(invite, 200, audio_sdp(43000));
  expect_notify(alice, "200", "terminated");
  alice.reply(alice.expect_request(Method::bye), 200);
  const auto offer = bob.expect_request(Method::invite);
  EXPECT_THAT(std::string(offer.body()), HasSubstr("a=sendrecv"));
  bob.reply(offer, 200, audio_sdp(42000));
  bob.expect_request(Method::ack);
  EXPECT_TRUE(world.sessions.begin()->second.a.send_to_peer);
  EXPECT_EQ(world.engine().health().calls, 1U);
}

TEST_F(TransferCallTest, AFailedTransferLeavesTheCallAsItWas) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  refer(bob, call.callee, "<sip:carol@demo.example>");
  bob.expect_response(202);
  expect_notify(bob, "100", "active");
  carol.reply(carol.expect_request(Method::invite), 486);
  carol.expect_request(Method::ack);
  expect_notify(bob, "486", "terminated");
  alice.expect_silence();
  EXPECT_EQ(world.engine().health().calls, 1U);
  EXPECT_EQ(world.sessions.size(), 1U);
  bob.request(call.callee, Method::bye);
  bob.expect_response(200);
  alice.reply(alice.expect_request(Method::bye), 200);
}

TEST_F(TransferCallTest, TheTransferorNeedNotStayForTheOutcome) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  refer(bob, call.callee, "<sip:carol@demo.example>");
  bob.expect_response(202);
  expect_notify(bob, "100", "active");
  const auto invite = carol.expect_request(Method::invite);
  bob.request(call.callee, Method::bye);
  bob.expect_response(200);
  alice.expect_silence();
  carol.accept(invite, 200, audio_sdp(43000));
  carol.expect_request(Method::ack);
  bob.expect_silence();
  alice.reply(alice.expect_request(Method::invite), 200, audio_sdp(41000));
  EXPECT_EQ(world.engine().health().calls, 1U);
}

TEST_F(TransferCallTest, WhoIsLeftAloneByAFailedTransferIsReleased) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  refer(bob, call.callee, "<sip:carol@demo.example>");
  bob.expect_response(202);
  expect_notify(bob, "100", "active");
  const auto invite = carol.expect_request(Method::invite);
  bob.request(call.callee, Method::bye);
  bob.expect_response(200);
  carol.reply(invite, 486);
  alice.reply(alice.expect_request(Method::bye), 200);
  EXPECT_EQ(world.engine().health().calls, 0U);
  EXPECT_TRUE(world.sessions.empty());
}

TEST_F(TransferCallTest, ThePartyThatIsTransferredMayHangUpFirst) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  refer(bob, call.callee, "<sip:carol@demo.example>");
  bob.expect_response(202);
  expect_notify(bob, "100", "active");
  const auto invite = carol.expect_request(Method::invite);
  carol.reply(invite, 180);
  expect_notify(bob, "180", "active");
  alice.request(call.caller, Method::bye);
  alice.expect_response(200);
  bob.reply(bob.expect_request(Method::bye), 200);
  carol.reply(carol.expect_request(Method::cancel), 200);
  carol.reply(invite, 487);
  carol.expect_request(Method::ack);
  EXPECT_EQ(world.engine().health().calls, 0U);
  EXPECT_TRUE(world.sessions.empty());
}

TEST_F(TransferCallTest, TellsNothingToWhoDoesNotWantToHearRfc4488) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  refer(bob, call.callee, "<sip:carol@demo.example>", "false");
  EXPECT_EQ(bob.expect_response(202).header(HeaderName::refer_sub), "false");
  carol.accept(carol.expect_request(Method::invite), 200, audio_sdp(43000));
  bob.reply(bob.expect_request(Method::bye), 200);
}

TEST_F(TransferCallTest, AnAttendedTransferJoinsTheTwoWhoRemain) {
  auto first = establish(alice, 41000, bob, "bob", 42000);
  auto second = establish(bob, 42002, carol, "carol", 43000);
  ASSERT_EQ(world.sessions.size(), 2U);
  refer(bob, first.callee, "<sip:carol@demo.example" + replaces(second.caller) + ">");
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

TEST_F(TransferCallTest, JoinsNobodyElsesCall) {
  auto first = establish(alice, 41000, bob, "bob", 42000);
  auto second = establish(bob, 42002, carol, "carol", 43000);
  refer(bob, first.callee, "<sip:carol@demo.example?Replaces=x%3Bto-tag%3D1%3Bfrom-tag%3D2>");
  bob.expect_response(481);
  // Alice is in the first call only; the second is bob's.
  refer(alice, first.caller, "<sip:carol@demo.example" + replaces(second.caller) + ">");
  alice.expect_response(403);
  EXPECT_EQ(world.engine().health().calls, 2U);
}

TEST_F(TransferCallTest, AnInviteWithReplacesTakesOverAPlaceInACall) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  const auto tag = [](const std::string& value) { return value.substr(value.find("tag=") + 4); };
  auto invite = sip::OutgoingMessage::request(Method::invite, "sip:bob@demo.example");
  invite.add(HeaderName::contact, carol.contact())
      .add(HeaderName::replaces, call.callee.call_id + ";to-tag=" + tag(call.callee.remote) +
                                     ";from-tag=" + tag(call.callee.local));
  invite.body("application/sdp", audio_sdp(43000));
  carol.submit(invite);
  bob.reply(bob.expect_request(Method::bye), 200);
  const auto offer = alice.expect_request(Method::invite);
  alice.reply(offer, 200, audio_sdp(41000));
  alice.expect_request(Method::ack);
  carol.expect_response(200);
  ASSERT_EQ(world.sessions.size(), 1U);
  EXPECT_EQ(world.sessions.begin()->second.a.remote_rtp_port, 43000);
  EXPECT_EQ(world.sessions.begin()->second.b.remote_rtp_port, 41000);
}

TEST_F(TransferCallTest, AnInviteThatReplacesNothingOfOursIsToldSo) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  auto invite = sip::OutgoingMessage::request(Method::invite, "sip:bob@demo.example");
  invite.add(HeaderName::contact, carol.contact())
      .add(HeaderName::replaces, "nothing;to-tag=1;from-tag=2");
  invite.body("application/sdp", audio_sdp(43000));
  carol.submit(invite);
  carol.expect_response(481);
  EXPECT_EQ(world.engine().health().calls, 1U);
}

TEST_F(TransferCallTest, ATargetOutsideTheDialPlanOrTheTenantIsRefused) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  refer(bob, call.callee, "<sip:nobody@demo.example>");
  bob.expect_response(404);
  refer(bob, call.callee, "<sip:carol@attacker.example>");
  bob.expect_response(403);
  EXPECT_EQ(world.engine().health().calls, 1U);
}

TEST_F(TransferCallTest, HasTheTransferorsRightsAndNoMore) {
  AclRule rule;
  rule.id = 1;
  rule.kind = AclKind::sip_did;
  rule.pattern = "carol";
  auto call = establish(alice, 41000, bob, "bob", 42000);
  set([&](Config& config) { config.acl_rules.push_back(rule); });
  refer(bob, call.callee, "<sip:carol@demo.example>");
  bob.expect_response(403);
  EXPECT_EQ(world.count_log("acl-deny"), 1U);
}

TEST_F(TransferCallTest, RefusesOrPassesWhereTheTenantSaysSo) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  set([](Config& config) { config.tenants[0].refer_policy = ReferPolicy::refuse; });
  refer(bob, call.callee, "<sip:carol@demo.example>");
  bob.expect_response(403);
  set([](Config& config) { config.tenants[0].refer_policy = ReferPolicy::pass; });
  refer(bob, call.callee, "<sip:carol@demo.example;user=phone>");
  const auto passed = alice.expect_request(Method::refer);
  EXPECT_EQ(passed.header(HeaderName::refer_to), "<sip:carol@demo.example>");
  alice.reply(passed, 202);
  bob.expect_response(202);
  sip::OutgoingMessage news;
  news.add(HeaderName::event, "refer").add(HeaderName::subscription_state, "active");
  news.body("message/sipfrag", "SIP/2.0 180 Ringing\r\nTo: <sip:secret@127.0.0.10>\r\n");
  alice.request(call.caller, Method::notify, news);
  const auto notify = bob.expect_request(Method::notify);
  EXPECT_EQ(notify.body(), "SIP/2.0 180 Ringing\r\n");
  bob.reply(notify, 200);
  alice.expect_response(200);
}

TEST_F(TransferCallTest, ANotifyThatNobodyAskedForGets481) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  sip::OutgoingMessage news;
  news.add(HeaderName::event, "refer").add(HeaderName::subscription_state, "active");
  news.body("message/sipfrag", "SIP/2.0 200 OK\r\n");
  alice.request(call.caller, Method::notify, news);
  alice.expect_response(481);
}

TEST_F(TransferCallTest, NoCallLeavesSipsByATransferWhereThatIsTheRuleR021) {
  auto sips = sip::OutgoingMessage::request(Method::invite, "sips:bob@demo.example");
  sips.add(HeaderName::contact, "<sips:alice@127.0.0.10:40001>");
  sips.body("application/sdp", audio_sdp(41000));
  alice.submit(sips);
  bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000));
  const auto success = alice.expect_response(200);
  Dialogue call;
  call.call_id = success.call_id();
  call.local = *success.header(HeaderName::from);
  call.cseq = success.cseq()->number;
  alice.ack(call, success);
  set([](Config& config) { config.tenants[0].sips_strict = true; });
  refer(alice, call, "<sip:carol@demo.example>");
  alice.expect_response(403);
  EXPECT_TRUE(world.has_log("sips-downgrade"));
  carol.expect_silence();
}

}  // namespace
}  // namespace ringfence::sip_core
