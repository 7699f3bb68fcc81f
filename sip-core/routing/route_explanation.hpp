// Where a dialled user part leads and why, for a person who asks. The way itself is plan_call()'s,
// the one that calls take. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/routing/dial_plan.hpp"

namespace ringfence::sip_core {

enum class PlanReason : std::uint8_t {
  extension,  // of that name
  did,        // a number of the tenant's own
  routes,     // the routes whose pattern fits
  dids_only,  // a trunk's call that no DID takes
  nothing,    // neither extension nor DID, and no route fits
};
struct ConsideredRoute {
  const Route* route = nullptr;       // of the Config
  std::optional<std::string> number;  // what it would send; absent: its pattern does not fit
};
struct RouteExplanation {
  PlanReason reason = PlanReason::nothing;
  std::string number;                   // what was compared with DIDs
  const Did* did = nullptr;             // the one that took the call
  bool emergency = false;               // no limit holds
  std::vector<ConsideredRoute> routes;  // of the tenant; empty where they were not asked
  std::vector<Destination> plan;
};

RouteExplanation explain_route(const Config& config, TenantId tenant, CallOrigin origin,
                               std::string_view dialled);

}  // namespace ringfence::sip_core
