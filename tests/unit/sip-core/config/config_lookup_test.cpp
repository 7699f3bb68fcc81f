// What a call looks up in a configuration: found by an index, and the same without one.
#include <gtest/gtest.h>

#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {
namespace {

constexpr TenantId kOne{1};
constexpr TenantId kTwo{2};

// 500 trunks and 10,000 numbers, half of them the same of two tenants.
Config large() {
  Config config;
  for (std::uint64_t id = 500; id > 0; --id) {
    config.trunks.emplace_back().id = TrunkId(id);
    config.trunks.back().label = "trunk" + std::to_string(id);
  }
  for (std::uint64_t number = 0; number < 5000; ++number) {
    for (const TenantId tenant : {kOne, kTwo}) {
      config.dids.push_back({tenant, std::to_string(4930000000 + number),
                             "ext:" + std::to_string(tenant.value) + "-" + std::to_string(number)});
    }
  }
  return config;
}

void finds_everything(const Config& config) {
  for (const Did& did : config.dids) {
    ASSERT_EQ(config.did(did.tenant, did.number), &did);
    ASSERT_EQ(config.did_to(did.tenant, did.target), &did);
  }
  EXPECT_EQ(config.did(kOne, "4930005000"), nullptr);
  EXPECT_EQ(config.did(TenantId(3), "4930000000"), nullptr);
  EXPECT_EQ(config.did_to(kTwo, "ext:1-7"), nullptr);
  for (const Trunk& trunk : config.trunks)
    ASSERT_EQ(config.trunk(trunk.id), &trunk);
  EXPECT_EQ(config.trunk(TrunkId(501)), nullptr);
}

TEST(ConfigLookup, FindsEveryTrunkAndNumberOfALargeConfiguration) {
  Config config = large();
  config.finish();
  finds_everything(config);
  const Config copy = config;
  finds_everything(copy);
}

TEST(ConfigLookup, IsTheSameWithoutAnIndexOrWithOneThatIsOutOfDate) {
  Config config = large();
  config.dids.resize(200);
  finds_everything(config);
  config.finish();
  config.dids.pop_back();
  config.trunks.erase(config.trunks.begin());
  finds_everything(config);
}

TEST(ConfigLookup, AnExtensionIsKnownByTheFirstNumberThatLeadsToIt) {
  Config config;
  config.dids = {{kOne, "4930200", "ext:alice"}, {kOne, "4930100", "ext:alice"}};
  EXPECT_EQ(config.did_to(kOne, "ext:alice")->number, "4930200");
  config.finish();
  EXPECT_EQ(config.did_to(kOne, "ext:alice")->number, "4930200");
}

}  // namespace
}  // namespace ringfence::sip_core
