// The dial plan: where a dialled user part leads, as an ordered list of targets that
// a call tries one after the other, but for the members of a group that ring together. Pure: it
// reads one Config and nothing else; ids, not pointers, come back, so that a plan outlives a change
// of configuration. An empty plan is a 404.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {

// A member of a group answers for itself alone: what it refuses, the others may take.
enum class Ringing : std::uint8_t { alone, in_turn, together };

struct ExtensionTarget {
  ExtensionId extension;
  std::chrono::seconds ring_time{0};  // 0: as long as the caller waits
  Ringing ringing = Ringing::alone;   // together: with its neighbours in the plan that are, too
  std::size_t round = 0;              // which of its contacts: 0 for those of the highest q
  auto operator<=>(const ExtensionTarget&) const = default;
};
struct TrunkTarget {
  TrunkId trunk;
  std::string number;  // after strip and prepend
  auto operator<=>(const TrunkTarget&) const = default;
};
using Destination = std::variant<ExtensionTarget, TrunkTarget>;

enum class CallOrigin : std::uint8_t { extension, trunk };

// A phone's call: extension of its tenant, DID of its tenant, routes in order of priority. A
// trunk's call: DIDs only. `dialled` is the decoded user part of the Request-URI.
std::vector<Destination> plan_call(const Config& config, TenantId tenant, CallOrigin origin,
                                   std::string_view dialled);

// What a route sends where this was dialled; nullopt: its pattern does not fit.
std::optional<std::string> number_over(const Route& route, std::string_view dialled);

}  // namespace ringfence::sip_core
