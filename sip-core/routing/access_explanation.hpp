// What the access rules make of a subject, rule by rule, for a person who asks why. The decision
// itself is deciding_rule()'s, the one that requests meet. Pure.
#pragma once

#include <vector>

#include "sip-core/routing/access.hpp"

namespace ringfence::sip_core {

enum class RuleStanding : std::uint8_t {
  decides,
  spares_private,    // a deny by address, and the source is one of our own networks
  spares_emergency,  // a deny by number, and the number is an emergency number
  behind,            // fits too, and is never asked: one before it decides
};
struct FittingRule {
  const AclRule* rule = nullptr;  // of the Config
  RuleStanding standing = RuleStanding::behind;
};
struct AccessExplanation {
  const AclRule* decides = nullptr;  // nullptr: none, so it is let through
  std::vector<FittingRule> fitting;  // in order of priority
};

AccessExplanation explain_access(const Config& config, const AccessSubject& subject);

}  // namespace ringfence::sip_core
