#include "admin/explain/route_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/config/loaded_config.hpp"
#include "sip-core/routing/route_explanation.hpp"

namespace ringfence::admin {
namespace {

using namespace sip_core;
using Json = nlohmann::ordered_json;

constexpr std::string_view kTrunkPrefix = "trunk:";
constexpr std::string_view kFailOver =
    "The next way is tried after 408, 5xx or where nobody can be reached; 3xx, other 4xx and 6xx "
    "of "
    "a trunk end the call.\n";

struct Asked {
  const Tenant* tenant = nullptr;
  CallOrigin origin = CallOrigin::extension;
};

Result<Asked> asked_of(const Config& config, const ExplainRouteCommand& command) {
  const auto tenant = tenant_named(config, command.tenant);
  if (!tenant) return std::unexpected(tenant.error());
  Asked asked{*tenant, CallOrigin::extension};
  if (command.from.starts_with(kTrunkPrefix)) {
    const std::string label = command.from.substr(kTrunkPrefix.size());
    if (config.trunk_by_label(asked.tenant->id, label) == nullptr) {
      return fail(fmt::format("tenant {} has no enabled trunk {}", asked.tenant->name, label));
    }
    asked.origin = CallOrigin::trunk;
  } else if (config.extension(asked.tenant->id, command.from) == nullptr) {
    return fail(fmt::format("tenant {} has no enabled extension {}; a trunk is trunk:LABEL",
                            asked.tenant->name, command.from));
  }
  return asked;
}

// One way of the plan, in words.
struct Way {
  std::string to;
  std::string sends;
  std::string because;
};

std::string because_of_route(const RouteExplanation& explanation, const TrunkTarget& target) {
  for (const ConsideredRoute& considered : explanation.routes) {
    const Route& route = *considered.route;
    if (route.trunk != target.trunk || considered.number != target.number) continue;
    return fmt::format("route {}: priority {}, pattern {}, strip {}, prepend '{}'", route.id,
                       route.priority, route.pattern, route.strip, route.prepend);
  }
  return explanation.did == nullptr
             ? std::string()
             : fmt::format("DID {} → {}", explanation.did->number, explanation.did->target);
}

std::string ringing_of(const ExtensionTarget& target) {
  std::string text = target.ringing == Ringing::together  ? "together with the others"
                     : target.ringing == Ringing::in_turn ? "in its turn"
                                                          : "until the caller gives up";
  if (target.ring_time.count() > 0) text += fmt::format(", {} s", target.ring_time.count());
  return text;
}

std::string trunk_text(const Trunk& trunk) {
  std::string text = fmt::format("trunk {} ({}", trunk.label, leg_token(trunk.transport()));
  if (trunk.srtp) text += ", SRTP";
  if (trunk.max_calls) text += fmt::format(", {} calls at most", *trunk.max_calls);
  return text + ")";
}

Way way_of(const Config& config, const RouteExplanation& explanation,
           const Destination& destination) {
  if (const auto* target = std::get_if<TrunkTarget>(&destination)) {
    const Trunk* trunk = config.trunk(target->trunk);
    return {trunk == nullptr ? std::string("a trunk that is gone") : trunk_text(*trunk),
            target->number, because_of_route(explanation, *target)};
  }
  const auto& target = std::get<ExtensionTarget>(destination);
  const Extension* extension = config.extension(target.extension);
  const std::string because =
      explanation.did == nullptr
          ? std::string("an extension of that name")
          : fmt::format("DID {} → {}", explanation.did->number, explanation.did->target);
  return {"extension " + (extension == nullptr ? std::string("?") : extension->username),
          ringing_of(target), because};
}

std::string summary_of(const RouteExplanation& explanation) {
  if (explanation.plan.size() == 1) return "one way";
  if (!explanation.plan.empty()) {
    return fmt::format("{} ways, in this order", explanation.plan.size());
  }
  switch (explanation.reason) {
    case PlanReason::did:
      return fmt::format("404: DID {} leads to {}, which is not there or disabled",
                         explanation.did->number, explanation.did->target);
    case PlanReason::dids_only:
      return fmt::format("404: no DID {}; a trunk's call reaches DIDs only", explanation.number);
    case PlanReason::nothing:
      return fmt::format("404: no extension, no DID {}, and no route fits", explanation.number);
    case PlanReason::extension:
    case PlanReason::routes:
      break;
  }
  return "404";
}

std::vector<Way> ways_of(const Config& config, const RouteExplanation& explanation) {
  std::vector<Way> ways;
  for (const Destination& destination : explanation.plan)
    ways.push_back(way_of(config, explanation, destination));
  return ways;
}

std::string passed_over(const Config& config, const RouteExplanation& explanation) {
  std::string text;
  for (const ConsideredRoute& considered : explanation.routes) {
    const Route& route = *considered.route;
    if (!considered.number) {
      text += fmt::format("route {} is passed over: {} does not fit\n", route.id, route.pattern);
    } else if (config.trunk(route.trunk) == nullptr) {
      text += fmt::format("route {} is passed over: its trunk is not in use\n", route.id);
    }
  }
  return text;
}

std::string as_text(const Config& config, const Asked& asked, const ExplainRouteCommand& command,
                    const RouteExplanation& explanation, Colours colours) {
  std::string text =
      printable(fmt::format("{} of {} dials {}: {}", command.from, asked.tenant->name, command.to,
                            summary_of(explanation))) +
      "\n";
  if (explanation.emergency) {
    text += "It is an emergency number: no limit and no rule of kind sip-did holds it back.\n";
  }
  TextTable table({{"way", Align::right}, {"to"}, {"number, or how long"}, {"because of"}});
  std::size_t number = 0;
  for (Way& way : ways_of(config, explanation))
    table.add({std::to_string(++number), std::move(way.to), way.sends, way.because});
  if (!table.empty()) text += table.to_string(colours);
  text += passed_over(config, explanation);
  return explanation.plan.size() > 1 ? text + std::string(kFailOver) : text;
}

std::string as_json(const Config& config, const Asked& asked, const RouteExplanation& explanation) {
  Json ways = Json::array();
  for (const Way& way : ways_of(config, explanation))
    ways.push_back({{"to", way.to}, {"sends", way.sends}, {"because", way.because}});
  Json over = Json::array();
  for (const ConsideredRoute& considered : explanation.routes) {
    if (!considered.number) over.push_back(considered.route->id);
  }
  const Json document = {{"tenant", asked.tenant->name},
                         {"number", explanation.number},
                         {"emergency", explanation.emergency},
                         {"summary", summary_of(explanation)},
                         {"ways", ways},
                         {"routes_that_do_not_fit", over}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<std::string> explain_route(const std::string& database, const ExplainRouteCommand& command,
                                  OutputForm output, Colours colours) {
  const auto loaded = load_config(database);
  if (!loaded) return std::unexpected(loaded.error());
  const Config& config = *loaded->config;
  const auto asked = asked_of(config, command);
  if (!asked) return std::unexpected(asked.error());
  const RouteExplanation explanation =
      sip_core::explain_route(config, asked->tenant->id, asked->origin, command.to);
  return output == OutputForm::json ? as_json(config, *asked, explanation)
                                    : as_text(config, *asked, command, explanation, colours);
}

}  // namespace ringfence::admin
