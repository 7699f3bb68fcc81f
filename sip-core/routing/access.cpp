#include "sip-core/routing/access.hpp"

namespace ringfence::sip_core {
namespace {

bool fits_number(const std::string& pattern, const std::string& user) {
  return glob_matches(pattern, user) || glob_matches(pattern, normalise_number(user));
}

bool fits_tenant(const Config& config, const AclRule& rule, const AccessSubject& subject) {
  const Tenant* tenant = subject.tenant ? config.tenant(*subject.tenant) : nullptr;
  return tenant != nullptr && tenant->name == rule.pattern;
}

bool fits_network(const AclRule& rule, const IpAddress& peer) {
  const auto network = IpNetwork::parse(rule.pattern);
  return network && network->contains(peer);
}

}  // namespace

bool fits(const Config& config, const AclRule& rule, const AccessSubject& subject) {
  if (rule.tenant && rule.tenant != subject.tenant) return false;
  switch (rule.kind) {
    case AclKind::ip:
    case AclKind::cidr:
      return fits_network(rule, subject.peer);
    case AclKind::glob:
      return glob_matches(rule.pattern, subject.peer.to_string());
    case AclKind::sip_user:
      return glob_matches(rule.pattern, subject.from_user);
    case AclKind::sip_from:
      return glob_matches(rule.pattern, from_text(subject));
    case AclKind::sip_did:
      return fits_number(rule.pattern, subject.request_user);
    case AclKind::tenant:
      return fits_tenant(config, rule, subject);
  }
  return false;
}

// A typing error must not lock out those who could repair it, nor anybody from the fire brigade.
bool spares(const Config& config, const AclRule& rule, const AccessSubject& subject) {
  switch (sparing_of(rule)) {
    case Sparing::nobody:
      return false;
    case Sparing::private_sources:
      return subject.peer.is_private();
    case Sparing::emergency_numbers:
      return config.is_emergency_number(subject.request_user);
  }
  return false;
}

AccessSubject access_subject(const sip::Message& request, const IpAddress& peer,
                             std::optional<TenantId> tenant) {
  AccessSubject subject{peer, tenant, {}, {}, {}};
  if (const auto from = request.from()) {
    subject.from_user = from->uri.decoded_user();
    subject.from_host = from->uri.host;
  }
  if (const auto uri = request.request_uri()) subject.request_user = uri->decoded_user();
  return subject;
}

const AclRule* deciding_rule(const Config& config, const AccessSubject& subject) {
  if (config.access_index) {
    const RuleRank rank = config.access_index->first(config, subject);
    return rank == kNoRank ? nullptr : &config.acl_rules[rank];
  }
  for (const AclRule& rule : config.acl_rules) {
    if (fits(config, rule, subject) && !spares(config, rule, subject)) return &rule;
  }
  return nullptr;
}

const AclRule* refusing_rule(const Config& config, const AccessSubject& subject) {
  const AclRule* rule = deciding_rule(config, subject);
  return rule == nullptr || rule->allow ? nullptr : rule;
}

AccessMode access_mode(const Config& config) {
  return config.setting_text("acl_mode", "enforce") == "shadow" ? AccessMode::shadow
                                                                : AccessMode::enforce;
}

std::string_view to_text(AclKind kind) {
  switch (kind) {
    case AclKind::ip:
      return "ip";
    case AclKind::cidr:
      return "cidr";
    case AclKind::glob:
      return "glob";
    case AclKind::sip_user:
      return "sip-user";
    case AclKind::sip_from:
      return "sip-from";
    case AclKind::sip_did:
      return "sip-did";
    case AclKind::tenant:
      return "tenant";
  }
  return "";
}

}  // namespace ringfence::sip_core
