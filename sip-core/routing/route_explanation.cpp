#include "sip-core/routing/route_explanation.hpp"

namespace ringfence::sip_core {
namespace {

std::vector<ConsideredRoute> considered(const Config& config, TenantId tenant,
                                        std::string_view dialled) {
  std::vector<ConsideredRoute> routes;
  for (const Route& route : config.routes) {
    if (route.tenant == tenant) routes.push_back({&route, number_over(route, dialled)});
  }
  return routes;
}

}  // namespace

RouteExplanation explain_route(const Config& config, TenantId tenant, CallOrigin origin,
                               std::string_view dialled) {
  RouteExplanation explanation;
  dialled = dialled.substr(0, dialled.find(';'));
  explanation.number = normalise_number(dialled);
  explanation.emergency = config.is_emergency_number(dialled);
  explanation.plan = plan_call(config, tenant, origin, dialled);
  if (origin == CallOrigin::extension && config.extension(tenant, dialled) != nullptr) {
    explanation.reason = PlanReason::extension;
    return explanation;
  }
  explanation.did = config.did(tenant, explanation.number);
  if (explanation.did != nullptr) {
    explanation.reason = PlanReason::did;
  } else if (origin == CallOrigin::trunk) {
    explanation.reason = PlanReason::dids_only;
  } else {
    explanation.routes = considered(config, tenant, dialled);
    explanation.reason = explanation.plan.empty() ? PlanReason::nothing : PlanReason::routes;
  }
  return explanation;
}

}  // namespace ringfence::sip_core
