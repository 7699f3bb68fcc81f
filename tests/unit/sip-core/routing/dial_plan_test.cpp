#include "sip-core/routing/dial_plan.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

Config office() {
  Config config;
  config.tenants = {{TenantId(1), "a", "a.test"}, {TenantId(2), "b", "b.test"}};
  Trunk first;
  first.id = TrunkId(1);
  first.tenant = TenantId(1);
  first.label = "First";
  Trunk second = first;
  second.id = TrunkId(2);
  second.label = "Second";
  config.trunks = {first, second};
  for (std::uint64_t id = 1; id <= 3; ++id) {
    Extension extension;
    extension.id = ExtensionId(id);
    extension.tenant = TenantId(id == 3 ? 2 : 1);
    extension.username = id == 1 ? "alice" : id == 2 ? "100" : "carol";
    config.extensions.push_back(extension);
  }
  config.dids = {{TenantId(1), "493012", "ext:alice"},
                 {TenantId(1), "493013", "group:desk"},
                 {TenantId(1), "493014", "trunk:Second"},
                 {TenantId(1), "493015", "ext:nobody"},
                 {TenantId(1), "100", "ext:alice"}};
  config.groups = {
      {1, TenantId(1), "desk", true, 15, {ExtensionId(2), ExtensionId(9), ExtensionId(1)}}};
  config.routes = {{2, TenantId(1), 1, "0*", TrunkId(2), 1, "+49"},
                   {1, TenantId(1), 2, "*", TrunkId(1), 0, ""},
                   {3, TenantId(2), 1, "*", TrunkId(1), 0, ""},
                   {4, TenantId(1), 9, "*", TrunkId(77), 0, ""}};
  config.finish();
  return config;
}

std::vector<Destination> plan(CallOrigin origin, std::string_view dialled) {
  static const Config config = office();
  return plan_call(config, TenantId(1), origin, dialled);
}

TEST(DialPlan, PrefersAnExtensionToADidOfTheSameNumber) {
  EXPECT_EQ(plan(CallOrigin::extension, "100"),
            (std::vector<Destination>{ExtensionTarget{ExtensionId(2)}}));
}

TEST(DialPlan, PrefersADidToRoutes) {
  EXPECT_EQ(plan(CallOrigin::extension, "+49 30-12"),
            (std::vector<Destination>{ExtensionTarget{ExtensionId(1)}}));
}

TEST(DialPlan, ListsEveryMatchingRouteInOrderWithStripAndPrepend) {
  EXPECT_EQ(plan(CallOrigin::extension, "030777"),
            (std::vector<Destination>{TrunkTarget{TrunkId(2), "+4930777"},
                                      TrunkTarget{TrunkId(1), "030777"}}));
}

TEST(DialPlan, KeepsThePlusForPatternsThatTakeIt) {
  EXPECT_EQ(plan(CallOrigin::extension, "+44777"),
            (std::vector<Destination>{TrunkTarget{TrunkId(1), "+44777"}}));
}

TEST(DialPlan, LeadsATrunksCallToDidsOnly) {
  EXPECT_EQ(plan(CallOrigin::trunk, "+493012"),
            (std::vector<Destination>{ExtensionTarget{ExtensionId(1)}}));
  EXPECT_TRUE(plan(CallOrigin::trunk, "alice").empty());
  EXPECT_TRUE(plan(CallOrigin::trunk, "030777").empty());
}

TEST(DialPlan, ListsAGroupsMembersWithTheirTimeAndLeavesOutWhoIsGone) {
  const std::chrono::seconds time(15);
  EXPECT_EQ(plan(CallOrigin::trunk, "493013"),
            (std::vector<Destination>{ExtensionTarget{ExtensionId(2), time, Ringing::in_turn},
                                      ExtensionTarget{ExtensionId(1), time, Ringing::in_turn}}));
}

TEST(DialPlan, LetsAGroupOfModeAllRingTogether) {
  Config config = office();
  config.groups[0].in_order = false;
  for (const Destination& member : plan_call(config, TenantId(1), CallOrigin::trunk, "493013"))
    EXPECT_EQ(std::get<ExtensionTarget>(member).ringing, Ringing::together);
}

TEST(DialPlan, SendsADidToAnotherTrunk) {
  EXPECT_EQ(plan(CallOrigin::trunk, "493014"),
            (std::vector<Destination>{TrunkTarget{TrunkId(2), "493014"}}));
}

TEST(DialPlan, HasNothingForATargetThatIsGoneOrAnotherTenantsExtension) {
  EXPECT_TRUE(plan(CallOrigin::trunk, "493015").empty());
  EXPECT_EQ(plan(CallOrigin::extension, "carol"),
            (std::vector<Destination>{TrunkTarget{TrunkId(1), "carol"}}));
  EXPECT_TRUE(plan(CallOrigin::extension, "").empty());
}

}  // namespace
}  // namespace ringfence::sip_core
