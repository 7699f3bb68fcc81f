// PartyLoad: how many calls each tenant and each extension has, for their max_calls. A call counts
// once for its tenant and once for each extension that takes part in it, or rings in it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {

// By name: calls that outlived a restart are there before the configuration is.
struct ExtensionName {
  TenantId tenant;
  std::string username;
  auto operator<=>(const ExtensionName&) const = default;
};

struct PartyLoad {
  std::map<TenantId, std::uint32_t> tenants;
  std::map<ExtensionName, std::uint32_t> extensions;
};

// Whom limits hold for: no limit keeps anybody from an emergency number.
enum class CallKind : std::uint8_t { ordinary, emergency };

// Counts one more call, or false: `limit` is reached.
template <typename Id>
bool take_slot(std::map<Id, std::uint32_t>& loads, const Id& id, std::optional<std::uint32_t> limit,
               CallKind kind) {
  const auto found = loads.find(id);
  const std::uint32_t load = found == loads.end() ? 0 : found->second;
  if (kind == CallKind::ordinary && limit && load >= *limit) return false;
  loads[id] = load + 1;
  return true;
}

template <typename Id>
void release_slot(std::map<Id, std::uint32_t>& loads, const Id& id) {
  const auto found = loads.find(id);
  if (found != loads.end() && --found->second == 0) loads.erase(found);
}

}  // namespace ringfence::sip_core
