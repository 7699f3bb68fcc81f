// max_calls of tenants and extensions where a call rings several phones or changes its parties.
#include "tests/unit/sip-core/b2bua/transfer_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;

class CallLimitsTest : public TransferFixture {
 protected:
  void limit(const std::string& name, std::uint32_t calls) {
    set([&](Config& config) {
      for (Extension& extension : config.extensions)
        if (extension.username == name) extension.max_calls = calls;
    });
  }
  std::size_t slots() { return world.engine().census().calls.party_slots; }
  void hang_up(UserAgent& by, Dialogue& within, UserAgent& other) {
    by.request(within, Method::bye);
    other.reply(other.expect_request(Method::bye), 200);
    by.expect_response(200);
  }
  // Alice calls and bob rings.
  void ring() {
    caller = alice.invite("bob", audio_sdp(41000));
    invite = bob.expect_request(Method::invite);
    callee = bob.accept(*invite, 180, {});
    alice.expect_response(180);
  }

  Dialogue caller;
  std::optional<sip::Message> invite;
  Dialogue callee;
};

TEST_F(CallLimitsTest, ACallCountsForItsTenantAndForBothExtensionsUntilItEnds) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  EXPECT_EQ(slots(), 3U);
  hang_up(alice, call.caller, bob);
  EXPECT_EQ(slots(), 0U);
}

TEST_F(CallLimitsTest, WhoDeclinesCountsNoMore) {
  limit("bob", 1);
  ring();
  EXPECT_EQ(slots(), 3U);
  bob.reply(*invite, 486);
  bob.expect_request(Method::ack);
  alice.expect_response(486);
  EXPECT_EQ(slots(), 0U);
}

TEST_F(CallLimitsTest, AnExtensionThatCannotBeReachedDoesNotCount) {
  set([](Config& config) {
    Extension nobody = config.extensions[0];
    nobody.id = ExtensionId{4};
    nobody.username = "nobody";
    config.extensions.push_back(nobody);
    config.groups.push_back({1, kDemo, "desk", false, 20, {ExtensionId{4}, ExtensionId{3}}});
    config.dids.push_back({kDemo, "500", "group:desk"});
  });
  alice.invite("500", audio_sdp(41000));
  carol.expect_request(Method::invite);
  EXPECT_EQ(slots(), 3U);  // the tenant, alice and carol
}

TEST_F(CallLimitsTest, TheOneWhoTakesAPlaceInACallAddsNone) {
  set([](Config& config) { config.tenants[0].max_calls = 1; });
  auto call = establish(alice, 41000, bob, "bob", 42000);
  invite_replacing(carol, call.callee, audio_sdp(43000));
  bob.reply(bob.expect_request(Method::bye), 200);
  alice.reply(alice.expect_request(Method::invite), 200, audio_sdp(41000));
  alice.expect_request(Method::ack);
  carol.expect_response(200);
  EXPECT_EQ(slots(), 3U);
  bob.invite("alice", audio_sdp(42002));
  bob.expect_response(503);
}

TEST_F(CallLimitsTest, WhoPicksUpCountsInPlaceOfThePhoneThatRang) {
  limit("bob", 1);
  ring();
  invite_replacing(carol, callee, audio_sdp(43000));
  bob.reply(bob.expect_request(Method::cancel), 200);
  bob.reply(*invite, 487);
  bob.expect_request(Method::ack);
  const auto success = carol.expect_response(200);
  Dialogue picked = founded_by(success);
  carol.ack(picked, success);
  alice.ack(caller, alice.expect_response(200));
  EXPECT_EQ(slots(), 3U);
  bob.invite("carol", audio_sdp(42002));
  EXPECT_EQ(bob.expect_response(100).status_code(), 100);
}

TEST_F(CallLimitsTest, ATransferredCallCountsForThoseWhoTalkThen) {
  auto call = establish(alice, 41000, bob, "bob", 42000);
  refer(bob, call.callee, "<sip:carol@demo.example>");
  bob.expect_response(202);
  expect_notify(bob, "100", "active");
  carol.accept(carol.expect_request(Method::invite), 200, audio_sdp(43000));
  carol.expect_request(Method::ack);
  alice.reply(alice.expect_request(Method::invite), 200, audio_sdp(41000));
  alice.expect_request(Method::ack);
  expect_notify(bob, "200", "terminated");
  bob.reply(bob.expect_request(Method::bye), 200);
  EXPECT_EQ(slots(), 3U);
  hang_up(alice, call.caller, carol);
  EXPECT_EQ(slots(), 0U);
}

TEST_F(CallLimitsTest, AnExtensionsCallsThatOutlivedARestartStillCount) {
  limit("bob", 1);
  establish(alice, 41000, bob, "bob", 42000);
  world.restart_sip_core();
  world.advance(2s);
  EXPECT_EQ(slots(), 3U);
  carol.invite("bob", audio_sdp(43000));
  EXPECT_EQ(carol.expect_response(486).status_code(), 486);
}

}  // namespace
}  // namespace ringfence::sip_core
