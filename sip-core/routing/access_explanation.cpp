#include "sip-core/routing/access_explanation.hpp"

namespace ringfence::sip_core {
namespace {

RuleStanding standing_of(const Config& config, const AclRule& rule, const AccessSubject& subject,
                         const AclRule* decides) {
  if (&rule == decides) return RuleStanding::decides;
  if (!spares(config, rule, subject)) return RuleStanding::behind;
  return sparing_of(rule) == Sparing::private_sources ? RuleStanding::spares_private
                                                      : RuleStanding::spares_emergency;
}

}  // namespace

AccessExplanation explain_access(const Config& config, const AccessSubject& subject) {
  AccessExplanation explanation;
  explanation.decides = deciding_rule(config, subject);
  for (const AclRule& rule : config.acl_rules) {
    if (!fits(config, rule, subject)) continue;
    explanation.fitting.push_back({&rule, standing_of(config, rule, subject, explanation.decides)});
  }
  return explanation;
}

}  // namespace ringfence::sip_core
