#include "sip-core/trunk/trunk_sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sip-core/registrar/part_harness.hpp"

namespace ringfence::sip_core {
namespace {

TEST(TrunkSources, AreEveryTrunksNetworksAndWhereItsHostResolvesTo) {
  Config config;
  FixedFacts facts;
  for (const std::uint64_t id : {1U, 2U}) {
    Trunk trunk;
    trunk.id = TrunkId(id);
    trunk.source_cidrs = {*IpNetwork::parse("192.0.2.0/24")};
    facts.hosts[trunk.id] = {*IpAddress::parse("198.51.100.7"), *IpAddress::parse("2001:db8::7")};
    config.trunks.push_back(trunk);
  }
  std::vector<std::string> texts;
  for (const IpNetwork& network : trunk_sources(config, facts))
    texts.push_back(network.to_string());
  EXPECT_THAT(texts,
              testing::UnorderedElementsAre("192.0.2.0/24", "198.51.100.7/32", "2001:db8::7/128"));
}

}  // namespace
}  // namespace ringfence::sip_core
