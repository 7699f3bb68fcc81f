#include "sip-core/engine/access_gate.hpp"

#include <string>

namespace ringfence::sip_core {

bool refused_by_rule(const Context& context, const AccessAttempt& attempt) {
  const AclRule* rule = refusing_rule(context.config, attempt.subject);
  if (rule == nullptr) return false;
  const bool in_force = access_mode(context.config) == AccessMode::enforce;
  const std::string what(attempt.what);
  context.log(LogLevel::info, in_force ? "acl-deny" : "acl-shadow",
              what + (in_force ? " was refused by a rule" : " would be refused by a rule"),
              {{"rule", std::to_string(rule->id)},
               {"kind", std::string(to_text(rule->kind))},
               {"remote", attempt.remote.to_string()},
               {"call-id", std::string(attempt.call_id)}});
  context.counters.get(in_force ? "acl_denied_total" : "acl_shadowed_total").add();
  return in_force;
}

}  // namespace ringfence::sip_core
