#include "sip-core/trunk/identify_trunk.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sip-core/registrar/part_harness.hpp"

namespace ringfence::sip_core {
namespace {

// Each test gives evidence for two trunks, and the earlier rule must win.
class IdentifyTrunkTest : public testing::Test {
 protected:
  Trunk& add(std::uint64_t id, const std::string& host, std::uint64_t tenant = 1) {
    Trunk trunk;
    trunk.id = TrunkId(id);
    trunk.tenant = TenantId(tenant);
    trunk.host = host;
    config_.trunks.push_back(trunk);
    return config_.trunks.back();
  }
  std::uint64_t found(const TrunkEvidence& evidence) {
    const auto match = identify_trunk(config_, facts_, evidence);
    ambiguous_ = match && match->ambiguous;
    return match ? match->trunk.value : 0;
  }
  static TrunkEvidence from(const std::string& address) {
    TrunkEvidence evidence;
    evidence.remote = *SocketAddress::parse(address);
    return evidence;
  }

  Config config_;
  FixedFacts facts_;
  bool ambiguous_ = false;
};

TEST_F(IdentifyTrunkTest, TakesTheConnectionThatWeDialledBeforeAllElse) {
  add(1, "one.test");
  add(2, "two.test");
  facts_.users[TrunkId(1)] = "user1";
  facts_.hosts[TrunkId(1)] = {*IpAddress::parse("192.0.2.1")};
  TrunkEvidence evidence = from("192.0.2.1:5060");
  evidence.request_user = "user1";
  evidence.connection_of = TrunkId(2);
  EXPECT_EQ(found(evidence), 2U);
}

TEST_F(IdentifyTrunkTest, TakesTheContactUserOnlyIfTheSourceFits) {
  add(1, "one.test");
  add(2, "two.test");
  facts_.users[TrunkId(2)] = "user2";
  facts_.hosts[TrunkId(1)] = {*IpAddress::parse("192.0.2.1")};
  facts_.hosts[TrunkId(2)] = {*IpAddress::parse("192.0.2.1")};
  TrunkEvidence evidence = from("192.0.2.1:5060");
  evidence.request_user = "user2";
  EXPECT_EQ(found(evidence), 2U);
  evidence.remote = *SocketAddress::parse("198.51.100.9:5060");
  EXPECT_EQ(found(evidence), 0U);
}

TEST_F(IdentifyTrunkTest, TakesAVerifiedNameBeforeTheAddress) {
  add(1, "one.test");
  add(2, "two.test");
  facts_.hosts[TrunkId(1)] = {*IpAddress::parse("192.0.2.1")};
  const std::vector<std::string> names = {"sip:TWO.test"};
  TrunkEvidence evidence = from("192.0.2.1:5060");
  evidence.verified_names = names;
  EXPECT_EQ(found(evidence), 2U);
}

TEST_F(IdentifyTrunkTest, TakesTheExactTargetBeforeNetworks) {
  add(1, "one.test").source_cidrs = {*IpNetwork::parse("192.0.2.1/32")};
  add(2, "two.test").port = 5070;
  facts_.hosts[TrunkId(2)] = {*IpAddress::parse("192.0.2.1")};
  EXPECT_EQ(found(from("192.0.2.1:5070")), 2U);
  EXPECT_EQ(found(from("192.0.2.1:9999")), 1U);
}

TEST_F(IdentifyTrunkTest, TakesTheLongestNetwork) {
  add(1, "one.test").source_cidrs = {*IpNetwork::parse("192.0.2.0/24")};
  add(2, "two.test").source_cidrs = {*IpNetwork::parse("198.51.100.0/24"),
                                     *IpNetwork::parse("192.0.2.0/28")};
  EXPECT_EQ(found(from("192.0.2.3:1")), 2U);
  EXPECT_EQ(found(from("192.0.2.200:1")), 1U);
  EXPECT_EQ(found(from("203.0.113.1:1")), 0U);
  std::swap(config_.trunks[0].source_cidrs, config_.trunks[1].source_cidrs);
  EXPECT_EQ(found(from("192.0.2.3:1")), 1U);
  EXPECT_FALSE(ambiguous_);
}

TEST_F(IdentifyTrunkTest, TakesTheHostsAddressesOnlyWithoutNetworks) {
  add(1, "one.test").source_cidrs = {*IpNetwork::parse("203.0.113.0/24")};
  facts_.hosts[TrunkId(1)] = {*IpAddress::parse("192.0.2.1")};
  EXPECT_EQ(found(from("192.0.2.1:9999")), 0U);
  config_.trunks[0].source_cidrs.clear();
  EXPECT_EQ(found(from("192.0.2.1:9999")), 1U);
}

TEST_F(IdentifyTrunkTest, AsksTheCalledNumberWhenSeveralAreLeft) {
  add(1, "same.test", 1);
  add(2, "same.test", 2);
  config_.dids = {{TenantId(2), "493012", "ext:a"}};
  for (const std::uint64_t id : {1U, 2U}) {
    facts_.hosts[TrunkId(id)] = {*IpAddress::parse("192.0.2.1")};
  }
  TrunkEvidence evidence = from("192.0.2.1:5060");
  evidence.request_user = "+493012";
  EXPECT_EQ(found(evidence), 2U);
  EXPECT_FALSE(ambiguous_);
  evidence.request_user = "999";
  EXPECT_EQ(found(evidence), 1U);
  EXPECT_TRUE(ambiguous_);
}

}  // namespace
}  // namespace ringfence::sip_core
