// What ringfencectl's explain commands tell of rules and routes.
#include <gtest/gtest.h>

#include "sip-core/routing/access_explanation.hpp"
#include "sip-core/routing/route_explanation.hpp"

namespace ringfence::sip_core {
namespace {

AclRule deny(std::uint64_t id, AclKind kind, const std::string& pattern) {
  return {id, std::nullopt, static_cast<std::int64_t>(id), false, kind, pattern, false};
}

TEST(AccessExplanation, TellsWhichRuleDecidesAndWhatTheOthersThatFitCameTo) {
  Config config;
  config.settings["emergency_numbers"] = "112";
  config.acl_rules = {deny(1, AclKind::cidr, "10.0.0.0/8"), deny(2, AclKind::sip_did, "1*"),
                      deny(3, AclKind::sip_user, "alice"), deny(4, AclKind::sip_user, "*"),
                      deny(5, AclKind::ip, "198.51.100.1")};
  config.finish();
  const AccessSubject subject{*IpAddress::parse("10.1.2.3"), std::nullopt, "alice", "", "112"};
  const AccessExplanation explanation = explain_access(config, subject);
  EXPECT_EQ(explanation.decides, &config.acl_rules[2]);
  ASSERT_EQ(explanation.fitting.size(), 4U);
  EXPECT_EQ(explanation.fitting[0].standing, RuleStanding::spares_private);
  EXPECT_EQ(explanation.fitting[1].standing, RuleStanding::spares_emergency);
  EXPECT_EQ(explanation.fitting[2].standing, RuleStanding::decides);
  EXPECT_EQ(explanation.fitting[3].standing, RuleStanding::behind);
}

Config office() {
  Config config;
  config.tenants = {{TenantId(1), "a", "a.test"}};
  Trunk trunk;
  trunk.id = TrunkId(1);
  trunk.tenant = TenantId(1);
  trunk.label = "Telco";
  config.trunks = {trunk};
  Extension alice;
  alice.id = ExtensionId(1);
  alice.tenant = TenantId(1);
  alice.username = "alice";
  config.extensions = {alice};
  config.dids = {{TenantId(1), "493012", "ext:alice"}};
  config.routes = {{1, TenantId(1), 1, "00*", TrunkId(1), 2, "+"},
                   {2, TenantId(1), 2, "0*", TrunkId(1), 1, "+49"}};
  config.settings["emergency_numbers"] = "112";
  config.finish();
  return config;
}

TEST(RouteExplanation, NamesWhatTookTheCall) {
  const Config config = office();
  const auto reason = [&](CallOrigin origin, std::string_view dialled) {
    return explain_route(config, TenantId(1), origin, dialled).reason;
  };
  EXPECT_EQ(reason(CallOrigin::extension, "alice"), PlanReason::extension);
  EXPECT_EQ(reason(CallOrigin::extension, "+49-3012"), PlanReason::did);
  EXPECT_EQ(reason(CallOrigin::trunk, "493012"), PlanReason::did);
  EXPECT_EQ(reason(CallOrigin::trunk, "030"), PlanReason::dids_only);
  EXPECT_EQ(reason(CallOrigin::extension, "030"), PlanReason::routes);
  EXPECT_EQ(reason(CallOrigin::extension, "999"), PlanReason::nothing);
}

TEST(RouteExplanation, TellsOfEachRouteWhatItSendsOrThatItDoesNotFit) {
  const Config config = office();
  const auto explanation = explain_route(config, TenantId(1), CallOrigin::extension, "030777");
  ASSERT_EQ(explanation.routes.size(), 2U);
  EXPECT_EQ(explanation.routes[0].number, std::nullopt);
  EXPECT_EQ(explanation.routes[1].number, "+4930777");
  EXPECT_EQ(explanation.plan, (std::vector<Destination>{TrunkTarget{TrunkId(1), "+4930777"}}));
  EXPECT_FALSE(explanation.emergency);
  EXPECT_TRUE(explain_route(config, TenantId(1), CallOrigin::extension, "112").emergency);
}

}  // namespace
}  // namespace ringfence::sip_core
