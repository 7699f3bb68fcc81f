#include "sip-core/routing/redirect.hpp"

#include <gtest/gtest.h>

#include "sip-core/message/parser.hpp"

namespace ringfence::sip_core {
namespace {

constexpr TenantId kTenant{1};

sip::Message moved(const std::string& contacts) {
  auto message = sip::parse(
      "SIP/2.0 302 Moved Temporarily\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
      "From: <sip:a@h>;tag=1\r\nTo: <sip:bob@h>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n" +
      contacts + "Content-Length: 0\r\n\r\n");
  EXPECT_TRUE(message);
  return message ? std::move(*message) : sip::Message{};
}

class RedirectTest : public ::testing::Test {
 protected:
  RedirectTest() {
    config.tenants.push_back({kTenant, "demo", "demo.example", false});
    config.tenants.push_back({TenantId{2}, "other", "other.example", false});
    for (const std::uint64_t id : {1U, 2U, 3U}) {
      Extension row;
      row.id = ExtensionId{id};
      row.tenant = kTenant;
      row.username = id == 1 ? "alice" : id == 2 ? "bob" : "carol";
      config.extensions.push_back(row);
    }
    Trunk trunk;
    trunk.id = TrunkId{1};
    trunk.tenant = kTenant;
    config.trunks.push_back(trunk);
    config.routes.push_back({1, kTenant, 10, "0*", TrunkId{1}, 0, {}});
    config.finish();
    by = {kTenant, CallOrigin::extension, "bob", *IpAddress::parse("192.0.2.1")};
  }
  std::vector<Destination> follow(const std::string& contacts,
                                  sip::Scheme requested = sip::Scheme::sip) {
    return redirect_destinations(config, by, requested, moved(contacts));
  }
  static Destination extension(std::uint64_t id) { return ExtensionTarget{ExtensionId{id}}; }

  Config config;
  RedirectingParty by;
};

TEST_F(RedirectTest, LeadsToWhatTheRedirectingPartyCouldDial) {
  EXPECT_EQ(follow("Contact: <sip:carol@demo.example>\r\n"), std::vector{extension(3)});
  EXPECT_EQ(follow("Contact: <sip:0123@demo.example>\r\n"),
            (std::vector<Destination>{TrunkTarget{TrunkId{1}, "0123"}}));
  EXPECT_EQ(follow("Contact: <tel:0123>\r\n"),
            (std::vector<Destination>{TrunkTarget{TrunkId{1}, "0123"}}));
  EXPECT_TRUE(follow("Contact: <sip:nobody@demo.example>\r\n").empty());
}

TEST_F(RedirectTest, LeavesTheTenantForNobody) {
  EXPECT_TRUE(follow("Contact: <sip:carol@other.example>\r\n").empty());
  EXPECT_TRUE(follow("Contact: <sip:carol@198.51.100.7>\r\n").empty());
  EXPECT_TRUE(follow("Contact: <mailto:carol@demo.example>\r\n").empty());
  EXPECT_TRUE(follow("").empty());
}

TEST_F(RedirectTest, ATrunkReachesNumbersOnly) {
  by.rights = CallOrigin::trunk;
  EXPECT_TRUE(follow("Contact: <sip:0123@demo.example>\r\n").empty());
  config.dids.push_back({kTenant, "49123", "ext:carol"});
  EXPECT_EQ(follow("Contact: <sip:+49123@demo.example>\r\n"), std::vector{extension(3)});
}

TEST_F(RedirectTest, PutsThePreferredContactFirst) {
  EXPECT_EQ(follow("Contact: <sip:alice@demo.example>;q=0.2, <sip:carol@demo.example>;q=0.9\r\n"),
            (std::vector{extension(3), extension(1)}));
}

TEST_F(RedirectTest, NeverChangesBetweenSipAndSipsR006) {
  EXPECT_TRUE(follow("Contact: <sips:carol@demo.example>\r\n").empty());
  EXPECT_TRUE(follow("Contact: <sip:carol@demo.example>\r\n", sip::Scheme::sips).empty());
  EXPECT_EQ(follow("Contact: <sips:carol@demo.example>\r\n", sip::Scheme::sips),
            std::vector{extension(3)});
}

TEST_F(RedirectTest, AsksTheAccessRulesOfTheRedirectingParty) {
  AclRule rule;
  rule.id = 1;
  rule.kind = AclKind::sip_did;
  rule.pattern = "0*";
  config.acl_rules.push_back(rule);
  EXPECT_TRUE(follow("Contact: <sip:0123@demo.example>\r\n").empty());
  EXPECT_EQ(follow("Contact: <sip:carol@demo.example>\r\n"), std::vector{extension(3)});
}

TEST_F(RedirectTest, KnowsAPlaceAgain) {
  EXPECT_TRUE(is_same_place(ExtensionTarget{ExtensionId{1}},
                            ExtensionTarget{ExtensionId{1}, std::chrono::seconds(5)}));
  EXPECT_FALSE(is_same_place(extension(1), extension(2)));
  EXPECT_FALSE(is_same_place(TrunkTarget{TrunkId{1}, "1"}, TrunkTarget{TrunkId{1}, "2"}));
}

}  // namespace
}  // namespace ringfence::sip_core
