#include "sip-core/routing/dial_plan.hpp"

#include <algorithm>

namespace ringfence::sip_core {
namespace {

constexpr std::string_view kToExtension = "ext:";
constexpr std::string_view kToGroup = "group:";
constexpr std::string_view kToTrunk = "trunk:";

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::vector<Destination> group_plan(const Config& config, const Group& group) {
  std::vector<Destination> plan;
  const Ringing ringing = group.in_order ? Ringing::in_turn : Ringing::together;
  for (const ExtensionId member : group.members) {
    // A member may be disabled, or gone a moment before its membership.
    if (config.extension(member) == nullptr) continue;
    plan.emplace_back(ExtensionTarget{member, std::chrono::seconds(group.timeout_s), ringing});
  }
  return plan;
}

std::vector<Destination> did_plan(const Config& config, const Did& did, std::string_view number) {
  std::string_view target = did.target;
  if (take_prefix(target, kToExtension)) {
    const Extension* extension = config.extension(did.tenant, target);
    if (extension == nullptr) return {};
    return {ExtensionTarget{extension->id}};
  }
  if (take_prefix(target, kToGroup)) {
    const Group* group = config.group(did.tenant, target);
    return group == nullptr ? std::vector<Destination>{} : group_plan(config, *group);
  }
  if (take_prefix(target, kToTrunk)) {
    const Trunk* trunk = config.trunk_by_label(did.tenant, target);
    if (trunk == nullptr) return {};
    return {TrunkTarget{trunk->id, std::string(number)}};
  }
  return {};
}

// `strip` counts characters removed first, then `prepend`.
std::string rewrite(const Route& route, std::string_view dialled) {
  dialled.remove_prefix(std::min<std::size_t>(route.strip, dialled.size()));
  return route.prepend + std::string(dialled);
}

std::vector<Destination> route_plan(const Config& config, TenantId tenant,
                                    std::string_view dialled) {
  std::vector<Destination> plan;
  for (const Route& route : config.routes) {
    if (route.tenant != tenant || config.trunk(route.trunk) == nullptr) continue;
    if (auto number = number_over(route, dialled)) {
      plan.emplace_back(TrunkTarget{route.trunk, std::move(*number)});
    }
  }
  return plan;
}

}  // namespace

// As dialled first, so that a pattern may name the '+'; else the bare number.
std::optional<std::string> number_over(const Route& route, std::string_view dialled) {
  if (glob_matches(route.pattern, dialled)) return rewrite(route, dialled);
  const std::string number = normalise_number(dialled);
  if (glob_matches(route.pattern, number)) return rewrite(route, number);
  return std::nullopt;
}

std::vector<Destination> plan_call(const Config& config, TenantId tenant, CallOrigin origin,
                                   std::string_view dialled) {
  dialled = dialled.substr(0, dialled.find(';'));
  if (dialled.empty()) return {};
  if (origin == CallOrigin::extension) {
    if (const Extension* extension = config.extension(tenant, dialled)) {
      return {ExtensionTarget{extension->id}};
    }
  }
  const std::string number = normalise_number(dialled);
  if (const Did* did = config.did(tenant, number)) return did_plan(config, *did, number);
  if (origin == CallOrigin::trunk) return {};
  return route_plan(config, tenant, dialled);
}

}  // namespace ringfence::sip_core
