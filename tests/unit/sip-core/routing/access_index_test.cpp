// The compiled rules decide as the rules do when they are read one by one.
#include "sip-core/config/access_index.hpp"

#include <gtest/gtest.h>

#include "runtime/random.hpp"
#include "sip-core/routing/access.hpp"

namespace ringfence::sip_core {
namespace {

constexpr std::array kAddresses{"10.0.0.1",     "127.0.0.1",     "169.254.3.4",
                                "198.51.100.1", "198.51.100.77", "203.0.113.9",
                                "2001:db8::1",  "fd00::5",       "fe80::1"};
constexpr std::array kNetworks{"0.0.0.0/0",      "198.51.100.0/24", "198.51.100.64/26",
                               "10.0.0.0/8",     "2001:db8::/32",   "::/0",
                               "203.0.113.9/32", "fe80::/10"};
constexpr std::array kGlobs{"*", "198.51.*", "*.1", "2001:*", "1?.*", "203.0.113.9"};
constexpr std::array kUsers{"alice", "a*", "*", "bob", "*ce", "?ob"};
constexpr std::array kFroms{"alice@a.test", "*@a.test", "bob@*", "*@B.TEST", "*@b.test"};
constexpr std::array kNumbers{"4930*", "+4930*", "112", "1*", "*", "[0-9][0-9][0-9]", "110"};
constexpr std::array kDialled{"+49-30", "112", "110", "1.1.2", "0900", "alice"};

class Rules {
 public:
  explicit Rules(std::uint64_t seed) : random_(seed) {
    config_.tenants = {{TenantId(1), "one", "a.test"}, {TenantId(2), "two", "b.test"}};
    config_.settings["emergency_numbers"] = "110 112";
    const std::size_t rules = 1 + random_.number() % 40;
    for (std::uint64_t id = 1; id <= rules; ++id)
      config_.acl_rules.push_back(rule(id));
    config_.finish();
  }

  AccessSubject subject() {
    AccessSubject subject{*IpAddress::parse(any(kAddresses)), std::nullopt, any(kUsers), "a.TEST",
                          any(kDialled)};
    const std::uint64_t tenant = random_.number() % 4;
    if (tenant > 0) subject.tenant = TenantId(tenant);
    return subject;
  }
  const Config& config() const { return config_; }

 private:
  template <std::size_t n>
  std::string any(const std::array<const char*, n>& texts) {
    return texts[random_.number() % n];
  }
  std::string pattern(AclKind kind) {
    switch (kind) {
      case AclKind::ip:
        return any(kAddresses);
      case AclKind::cidr:
        return any(kNetworks);
      case AclKind::glob:
        return any(kGlobs);
      case AclKind::sip_user:
        return any(kUsers);
      case AclKind::sip_from:
        return any(kFroms);
      case AclKind::sip_did:
        return any(kNumbers);
      case AclKind::tenant:
        return random_.number() % 2 == 0 ? "one" : "two";
    }
    return {};
  }
  AclRule rule(std::uint64_t id) {
    AclRule rule;
    rule.id = id;
    const std::uint64_t tenant = random_.number() % 3;
    if (tenant > 0) rule.tenant = TenantId(tenant);
    rule.priority = static_cast<std::int64_t>(random_.number() % 5);
    rule.allow = random_.number() % 3 == 0;
    rule.kind = static_cast<AclKind>(random_.number() % 7);
    rule.pattern = pattern(rule.kind);
    rule.force = random_.number() % 2 == 0;
    return rule;
  }

  SeededRandom random_;
  Config config_;
};

// What the contract says, word by word: first match by priority.
const AclRule* by_reading(const Config& config, const AccessSubject& subject) {
  for (const AclRule& rule : config.acl_rules)
    if (fits(config, rule, subject) && !spares(config, rule, subject)) return &rule;
  return nullptr;
}

TEST(AccessIndex, DecidesAsReadingTheRulesOneByOneDoes) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Rules rules(seed);
    for (int i = 0; i < 40; ++i) {
      const AccessSubject subject = rules.subject();
      const AclRule* decides = deciding_rule(rules.config(), subject);
      ASSERT_EQ(decides, by_reading(rules.config(), subject))
          << "seed " << seed << " peer " << subject.peer.to_string() << " from "
          << subject.from_user << " to " << subject.request_user;
    }
  }
}

TEST(AccessIndex, IsSharedByCopiesOfAConfigAndAbsentWithoutRules) {
  Config config;
  config.finish();
  EXPECT_EQ(config.access_index, nullptr);
  AclRule rule;
  rule.pattern = "198.51.100.1";
  config.acl_rules.push_back(rule);
  config.finish();
  const Config copy = config;
  EXPECT_EQ(copy.access_index, config.access_index);
}

}  // namespace
}  // namespace ringfence::sip_core
