// Transfers (RFC 3515, RFC 5589, RFC 3891) through the whole engine.
#include "tests/unit/sip-core/b2bua/transfer_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class TransferCallTest : public TransferFixture {};

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

// F001: of a restored call the keys and addresses are known to the media worker alone.
TEST_F(TransferCallTest, ACallThatWasRestoredIsTransferredAsWellF001) {
  Sides call;
  call.caller = alice.invite("bob", audio_sdp(41000, some_crypto('A')));
  call.callee =
      bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000, some_crypto('B')));
  alice.ack(call.caller, alice.expect_response(200));
  bob.expect_request(Method::ack);
  world.restart_sip_core();
  refer(bob, call.callee, "<sip:carol@demo.example>");
  bob.expect_response(202);
  expect_notify(bob, "100", "active");
  const auto invite = carol.expect_request(Method::invite);
  EXPECT_THAT(std::string(invite.body()), HasSubstr("PCMA/8000"));
  carol.accept(invite, 200, audio_sdp(43000, some_crypto('C')));
  carol.expect_request(Method::ack);
  expect_notify(bob, "200", "terminated");
  bob.reply(bob.expect_request(Method::bye), 200);
  alice.reply(alice.expect_request(Method::invite), 200, audio_sdp(41000, some_crypto('D')));
  alice.expect_request(Method::ack);
  ASSERT_EQ(world.sessions.size(), 1U);
  const SetMediaSession& media = world.sessions.begin()->second;
  EXPECT_EQ(media.a.remote_rtp_port, 41000);
  EXPECT_EQ(media.b.remote_rtp_port, 43000);
  EXPECT_TRUE(std::holds_alternative<SdesSrtp>(media.a.protection));
  EXPECT_TRUE(std::holds_alternative<SdesSrtp>(media.b.protection));
}

TEST_F(TransferCallTest, ARestoredPartyThatTakesNoNewOfferIsReleasedF001) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  world.restart_sip_core();
  refer(bob, call.callee, "<sip:carol@demo.example>");
  bob.expect_response(202);
  expect_notify(bob, "100", "active");
  carol.accept(carol.expect_request(Method::invite), 200, audio_sdp(43000));
  carol.expect_request(Method::ack);
  alice.reply(alice.expect_request(Method::invite), 488);
  alice.expect_request(Method::ack);
  alice.reply(alice.expect_request(Method::bye), 200);
  carol.reply(carol.expect_request(Method::bye), 200);
  EXPECT_TRUE(world.sessions.empty());
}

// The transferor is told and hung up on by whoever comes next; the new call goes on.
TEST_F(TransferCallTest, ATransferorIsNotForgottenByADeathAtItsEndF001) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  refer(bob, call.callee, "<sip:carol@demo.example>");
  bob.expect_response(202);
  expect_notify(bob, "100", "active");
  carol.accept(carol.expect_request(Method::invite), 200, audio_sdp(43000));
  carol.expect_request(Method::ack);
  bob.expect_request(Method::notify);  // never answered
  alice.reply(alice.expect_request(Method::invite), 200, audio_sdp(41000));
  alice.expect_request(Method::ack);
  world.restart_sip_core();
  world.advance(1s);
  bob.reply(bob.expect_request(Method::bye), 200);
  EXPECT_EQ(world.engine().health().calls, 1U);
  EXPECT_EQ(world.sessions.size(), 1U);
  EXPECT_EQ(world.store().restored().calls.size(), 1U);
  alice.request(call.caller, Method::bye);
  alice.expect_response(200);
  carol.reply(carol.expect_request(Method::bye), 200);
  EXPECT_TRUE(world.store().restored().calls.empty());
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

TEST_F(TransferCallTest, WhoRefersInAnothersNameOfTheTenantIsToldAsThatRfc3892) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  sip::OutgoingMessage with;
  with.add(HeaderName::refer_to, "<sip:carol@demo.example>")
      .add(HeaderName::referred_by, "<sip:alice@127.0.0.11>;cid=\"a@127.0.0.11\"");
  bob.request(call.callee, Method::refer, with);
  const auto invite = carol.expect_request(Method::invite);
  EXPECT_EQ(invite.header(HeaderName::referred_by), "<sip:alice@demo.example>");
}

TEST_F(TransferCallTest, ATriggeredInviteSaysWhoReferredItRfc3892) {
  auto invite = sip::OutgoingMessage::request(Method::invite, "sip:carol@demo.example");
  invite.add(HeaderName::contact, alice.contact())
      .add(HeaderName::referred_by, "<sip:bob@127.0.0.11>");
  invite.body("application/sdp", audio_sdp(41000));
  alice.submit(invite);
  EXPECT_EQ(carol.expect_request(Method::invite).header(HeaderName::referred_by),
            "<sip:bob@demo.example>");
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

TEST_F(TransferCallTest, IsOnlyToldInShadowMode) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  set([](Config& config) {
    AclRule rule;
    rule.id = 1;
    rule.kind = AclKind::sip_did;
    rule.pattern = "carol";
    config.acl_rules.push_back(rule);
    config.settings["acl_mode"] = "shadow";
  });
  refer(bob, call.callee, "<sip:carol@demo.example>");
  bob.expect_response(202);
  EXPECT_EQ(world.count_log("acl-shadow"), 1U);
}

TEST_F(TransferCallTest, RefusesOrPassesWhereTheTenantSaysSo) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  set([](Config& config) { config.tenants[0].refer_policy = ReferPolicy::refuse; });
  refer(bob, call.callee, "<sip:carol@demo.example>");
  bob.expect_response(403);
  set([](Config& config) { config.tenants[0].refer_policy = ReferPolicy::pass; });
  sip::OutgoingMessage with;
  with.add(HeaderName::refer_to, "<sip:carol@demo.example;user=phone>")
      .add(HeaderName::referred_by, "<sip:bob@127.0.0.11>");
  bob.request(call.callee, Method::refer, with);
  const auto passed = alice.expect_request(Method::refer);
  EXPECT_EQ(passed.header(HeaderName::referred_by), "<sip:bob@demo.example>");
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
