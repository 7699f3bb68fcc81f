#include "sip-core/engine/name_cache.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

class NameCacheTest : public ::testing::Test {
 protected:
  std::size_t asked() {
    std::size_t n = 0;
    for (const Action& action : actions)
      n += std::holds_alternative<ResolveName>(action) ? 1U : 0U;
    return n;
  }
  QueryId last_query() const { return std::get<ResolveName>(actions.back()).query; }
  void want(const std::string& host) { names.want(host, now, actions); }

  TimePoint now{1h};
  Actions actions;
  Identifiers ids;
  NameCache names{ids};
};

const IpAddress kAddress = *IpAddress::parse("192.0.2.7");

TEST_F(NameCacheTest, ANumericHostIsItsOwnAddress) {
  want("192.0.2.7");
  EXPECT_EQ(asked(), 0U);
  ASSERT_EQ(names.addresses("192.0.2.7").size(), 1U);
  EXPECT_EQ(names.addresses("192.0.2.7")[0], kAddress);
}

TEST_F(NameCacheTest, AsksOnceForAName) {
  want("carrier.example");
  want("carrier.example");
  EXPECT_EQ(asked(), 1U);
  const auto answer = names.on_resolved({last_query(), std::vector{kAddress}}, now);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->host, "carrier.example");
  EXPECT_FALSE(answer->failure);
  EXPECT_EQ(names.addresses("carrier.example").size(), 1U);
}

TEST_F(NameCacheTest, KeepsTheLastGoodAddressesWhenALookUpFailsF116) {
  Config config;
  Trunk trunk;
  trunk.host = "carrier.example";
  config.trunks.push_back(trunk);
  names.keep(config, now, actions);
  names.on_resolved({last_query(), std::vector{kAddress}}, now);
  now += 61s;
  names.refresh(now, actions);
  EXPECT_EQ(asked(), 2U);
  const auto answer = names.on_resolved({last_query(), std::unexpected("timeout")}, now);
  EXPECT_FALSE(answer->failure);
  EXPECT_EQ(names.addresses("carrier.example").size(), 1U);
}

TEST_F(NameCacheTest, ForgetsStaleNamesThatNoTrunkHas) {
  want("hop.example");
  names.on_resolved({last_query(), std::vector{kAddress}}, now);
  names.refresh(now + 30s, actions);
  EXPECT_EQ(names.addresses("hop.example").size(), 1U);
  names.refresh(now + 61s, actions);
  EXPECT_TRUE(names.addresses("hop.example").empty());
}

TEST_F(NameCacheTest, TellsAFailureWhenThereNeverWasAnAddress) {
  want("nowhere.example");
  const auto answer = names.on_resolved({last_query(), std::unexpected("NXDOMAIN")}, now);
  ASSERT_TRUE(answer && answer->failure);
  EXPECT_EQ(*answer->failure, "NXDOMAIN");
}

TEST_F(NameCacheTest, IsBoundedInWhatPeersMayMakeItAskFor) {
  for (std::size_t i = 0; i < NameCache::kMaxNames; ++i)
    EXPECT_TRUE(names.want("h" + std::to_string(i), now, actions));
  EXPECT_FALSE(names.want("one-more", now, actions));
}

}  // namespace
}  // namespace ringfence::sip_core
