#include "sip-core/routing/access.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

// R176: the same for every transport: a subject has none.
class AccessTest : public testing::Test {
 protected:
  void deny(std::int64_t priority, AclKind kind, const std::string& pattern) {
    config_.acl_rules.push_back({++last_, std::nullopt, priority, false, kind, pattern, false});
  }
  void allow(std::int64_t priority, AclKind kind, const std::string& pattern) {
    deny(priority, kind, pattern);
    config_.acl_rules.back().allow = true;
  }
  std::uint64_t refusing(const AccessSubject& subject) {
    config_.finish();
    const AclRule* rule = refusing_rule(config_, subject);
    return rule == nullptr ? 0 : rule->id;
  }
  static AccessSubject from(const std::string& peer) {
    AccessSubject subject;
    subject.peer = *IpAddress::parse(peer);
    subject.tenant = TenantId(1);
    subject.from_user = "alice";
    subject.from_host = "A.test";
    subject.request_user = "+49-30";
    return subject;
  }

  Config config_;
  std::uint64_t last_ = 0;
};

TEST_F(AccessTest, LetsThroughWhatNoRuleFits) {
  deny(1, AclKind::ip, "198.51.100.1");
  EXPECT_EQ(refusing(from("198.51.100.2")), 0U);
  EXPECT_EQ(refusing(from("198.51.100.1")), 1U);
}

TEST_F(AccessTest, LetsTheFirstRuleByPriorityDecide) {
  deny(5, AclKind::cidr, "198.51.100.0/24");
  allow(1, AclKind::glob, "198.51.100.7");
  EXPECT_EQ(refusing(from("198.51.100.7")), 0U);
  EXPECT_EQ(refusing(from("198.51.100.8")), 1U);
}

TEST_F(AccessTest, SparesPrivateSourcesUnlessForced) {
  deny(1, AclKind::cidr, "0.0.0.0/0");
  EXPECT_EQ(refusing(from("127.0.0.1")), 0U);
  EXPECT_EQ(refusing(from("10.1.2.3")), 0U);
  EXPECT_EQ(refusing(from("198.51.100.8")), 1U);
  config_.acl_rules[0].force = true;
  EXPECT_EQ(refusing(from("127.0.0.1")), 1U);
}

TEST_F(AccessTest, LooksAtNamesWhereverTheyComeFrom) {
  deny(1, AclKind::sip_user, "alice");
  EXPECT_EQ(refusing(from("127.0.0.1")), 1U);
  config_.acl_rules.clear();
  deny(1, AclKind::sip_from, "al*@a.test");
  EXPECT_EQ(refusing(from("127.0.0.1")), 2U);
  config_.acl_rules.clear();
  deny(1, AclKind::sip_did, "4930*");
  EXPECT_EQ(refusing(from("127.0.0.1")), 3U);
}

TEST_F(AccessTest, KeepsATenantsRulesToThatTenant) {
  config_.tenants = {{TenantId(1), "one", "a.test"}, {TenantId(2), "two", "b.test"}};
  deny(1, AclKind::sip_user, "*");
  config_.acl_rules[0].tenant = TenantId(2);
  EXPECT_EQ(refusing(from("127.0.0.1")), 0U);
  deny(1, AclKind::tenant, "one");
  EXPECT_EQ(refusing(from("127.0.0.1")), 2U);
}

TEST_F(AccessTest, NeverBlocksAnEmergencyNumberByItsNumber) {
  config_.settings["emergency_numbers"] = "110 112";
  deny(1, AclKind::sip_did, "*");
  AccessSubject caller = from("198.51.100.8");
  caller.request_user = "112";
  EXPECT_EQ(refusing(caller), 0U);
  caller.request_user = "1120";
  EXPECT_EQ(refusing(caller), 1U);
  deny(2, AclKind::sip_user, "alice");
  caller.request_user = "+110";
  EXPECT_EQ(refusing(caller), 2U);
}

TEST_F(AccessTest, TakesTheModeFromTheSettings) {
  EXPECT_EQ(access_mode(config_), AccessMode::enforce);
  config_.settings["acl_mode"] = "shadow";
  EXPECT_EQ(access_mode(config_), AccessMode::shadow);
}

}  // namespace
}  // namespace ringfence::sip_core
