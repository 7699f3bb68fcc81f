#include "admin/explain/access_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "admin/config/loaded_config.hpp"
#include "sip-core/routing/access_explanation.hpp"

namespace ringfence::admin {
namespace {

using namespace sip_core;
using Json = nlohmann::ordered_json;

std::string_view sentence_of(RuleStanding standing) {
  switch (standing) {
    case RuleStanding::decides:
      return "decides";
    case RuleStanding::spares_private:
      return "spares private sources: force is 0";
    case RuleStanding::spares_emergency:
      return "spares emergency numbers";
    case RuleStanding::behind:
      return "comes after the one that decides";
  }
  return "";
}

std::string tenant_name(const Config& config, const AclRule& rule) {
  if (!rule.tenant) return "(all)";
  const Tenant* tenant = config.tenant(*rule.tenant);
  return tenant == nullptr ? std::to_string(rule.tenant->value) : tenant->name;
}

// alice, alice@host or sip:alice@host.
void take_from(std::string_view text, AccessSubject& subject) {
  for (const std::string_view scheme : {"sips:", "sip:"}) {
    if (text.starts_with(scheme)) {
      text.remove_prefix(scheme.size());
      break;
    }
  }
  const std::size_t at = text.find('@');
  subject.from_user = text.substr(0, at);
  if (at != text.npos) subject.from_host = text.substr(at + 1);
}

struct Asked {
  AccessSubject subject;
  const Tenant* tenant = nullptr;
};

Result<Asked> asked_of(const Config& config, const ExplainAccessCommand& command) {
  Asked asked;
  const auto peer = IpAddress::parse(command.peer);
  if (!peer) return fail(fmt::format("'{}' is no numeric address", command.peer));
  asked.subject.peer = *peer;
  take_from(command.from, asked.subject);
  asked.subject.request_user = command.called;
  if (!command.tenant.empty()) {
    const auto named = tenant_named(config, command.tenant);
    if (!named) return std::unexpected(named.error());
    asked.tenant = *named;
  } else {
    asked.tenant = config.tenant_by_domain(asked.subject.from_host);
    if (asked.tenant == nullptr && config.tenants.size() == 1) asked.tenant = &config.tenants[0];
  }
  if (asked.tenant == nullptr) return asked;
  asked.subject.tenant = asked.tenant->id;
  if (asked.subject.from_host.empty()) asked.subject.from_host = asked.tenant->domain;
  return asked;
}

std::string verdict_of(const Config& config, const AccessExplanation& explanation) {
  const AclRule* rule = explanation.decides;
  if (rule == nullptr) return "let through: no rule decides";
  if (rule->allow) return fmt::format("let through by rule {}", rule->id);
  if (access_mode(config) == AccessMode::shadow) {
    return fmt::format("let through, though rule {} refuses: acl_mode is shadow", rule->id);
  }
  return fmt::format("refused by rule {}", rule->id);
}

std::string as_text(const Config& config, const Asked& asked, const AccessExplanation& explanation,
                    Colours colours) {
  std::string text = fmt::format(
      "{} from {} to {}, tenant {}: {}\n", asked.subject.peer.to_string(),
      asked.subject.from_user.empty() ? "anybody" : from_text(asked.subject),
      asked.subject.request_user.empty() ? "anywhere" : asked.subject.request_user,
      asked.tenant == nullptr ? "(none)" : asked.tenant->name, verdict_of(config, explanation));
  TextTable table({{"rule", Align::right},
                   {"tenant"},
                   {"priority", Align::right},
                   {"action"},
                   {"kind"},
                   {"pattern"},
                   {"here it"}});
  for (const FittingRule& fitting : explanation.fitting) {
    const AclRule& rule = *fitting.rule;
    table.add({std::to_string(rule.id), tenant_name(config, rule), std::to_string(rule.priority),
               rule.allow ? "allow" : "deny", std::string(to_text(rule.kind)), rule.pattern,
               std::string(sentence_of(fitting.standing))});
  }
  return printable(text.substr(0, text.size() - 1)) + "\n" +
         (table.empty() ? std::string() : table.to_string(colours));
}

std::string as_json(const Config& config, const Asked& asked,
                    const AccessExplanation& explanation) {
  const bool refuses = explanation.decides != nullptr && !explanation.decides->allow;
  Json rules = Json::array();
  for (const FittingRule& fitting : explanation.fitting) {
    const AclRule& rule = *fitting.rule;
    rules.push_back({{"rule", rule.id},
                     {"tenant", rule.tenant ? Json(tenant_name(config, rule)) : Json()},
                     {"priority", rule.priority},
                     {"action", rule.allow ? "allow" : "deny"},
                     {"kind", to_text(rule.kind)},
                     {"pattern", rule.pattern},
                     {"standing", sentence_of(fitting.standing)}});
  }
  const Json document = {
      {"refused", refuses && access_mode(config) == AccessMode::enforce},
      {"rule", explanation.decides == nullptr ? Json() : Json(explanation.decides->id)},
      {"mode", access_mode(config) == AccessMode::shadow ? "shadow" : "enforce"},
      {"tenant", asked.tenant == nullptr ? Json() : Json(asked.tenant->name)},
      {"verdict", verdict_of(config, explanation)},
      {"rules", rules}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<std::string> explain_access(const std::string& database, const ExplainAccessCommand& command,
                                   OutputForm output, Colours colours) {
  const auto loaded = load_config(database);
  if (!loaded) return std::unexpected(loaded.error());
  const Config& config = *loaded->config;
  const auto asked = asked_of(config, command);
  if (!asked) return std::unexpected(asked.error());
  const AccessExplanation explanation = sip_core::explain_access(config, asked->subject);
  return output == OutputForm::json ? as_json(config, *asked, explanation)
                                    : as_text(config, *asked, explanation, colours);
}

}  // namespace ringfence::admin
