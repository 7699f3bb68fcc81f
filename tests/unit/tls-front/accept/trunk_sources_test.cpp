#include "tls-front/accept/trunk_sources.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace ringfence::tls_front {
namespace {

bool contains(const std::vector<std::string>& networks, const std::string& address) {
  std::vector<IpNetwork> parsed;
  for (const std::string& network : networks)
    parsed.push_back(*IpNetwork::parse(network));
  TrunkSources sources;
  sources.replace(parsed);
  return sources.contain(*IpAddress::parse(address));
}

TEST(TrunkSources, ContainTheAddressesOfTheirNetworks) {
  const std::vector<std::string> networks = {"192.0.2.77/25", "198.51.100.7", "2001:db8:1::/48"};
  EXPECT_TRUE(contains(networks, "192.0.2.1"));
  EXPECT_TRUE(contains(networks, "192.0.2.127"));
  EXPECT_FALSE(contains(networks, "192.0.2.128"));
  EXPECT_TRUE(contains(networks, "198.51.100.7"));
  EXPECT_FALSE(contains(networks, "198.51.100.8"));
  EXPECT_TRUE(contains(networks, "2001:db8:1:ffff::1"));
  EXPECT_FALSE(contains(networks, "2001:db8:2::1"));
}

TEST(TrunkSources, TellTheFamiliesApart) {
  EXPECT_TRUE(contains({"0.0.0.0/0"}, "203.0.113.1"));
  EXPECT_FALSE(contains({"0.0.0.0/0"}, "2001:db8::1"));
  EXPECT_FALSE(contains({"::/0"}, "203.0.113.1"));
}

TEST(TrunkSources, ForgetWhatWasReplaced) {
  TrunkSources sources;
  const IpNetwork network = *IpNetwork::parse("192.0.2.0/24");
  sources.replace({&network, 1});
  sources.replace({});
  EXPECT_FALSE(sources.contain(network.address));
}

}  // namespace
}  // namespace ringfence::tls_front
