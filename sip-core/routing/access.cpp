#include "sip-core/routing/access.hpp"

#include <algorithm>

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core {
namespace {

bool is_about_address(AclKind kind) {
  return kind == AclKind::ip || kind == AclKind::cidr || kind == AclKind::glob;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), sip::to_lower);
  return text;
}

bool fits_number(const std::string& pattern, const std::string& user) {
  return glob_matches(pattern, user) || glob_matches(pattern, normalise_number(user));
}

bool fits_tenant(const Config& config, const AclRule& rule, const AccessSubject& subject) {
  const Tenant* tenant = subject.tenant ? config.tenant(*subject.tenant) : nullptr;
  return tenant != nullptr && tenant->name == rule.pattern;
}

bool fits(const Config& config, const AclRule& rule, const AccessSubject& subject) {
  switch (rule.kind) {
    case AclKind::ip:
      return IpAddress::parse(rule.pattern) == subject.peer;
    case AclKind::cidr: {
      const auto network = IpNetwork::parse(rule.pattern);
      return network && network->contains(subject.peer);
    }
    case AclKind::glob:
      return glob_matches(rule.pattern, subject.peer.to_string());
    case AclKind::sip_user:
      return glob_matches(rule.pattern, subject.from_user);
    case AclKind::sip_from:
      return glob_matches(rule.pattern, subject.from_user + "@" + lower(subject.from_host));
    case AclKind::sip_did:
      return fits_number(rule.pattern, subject.request_user);
    case AclKind::tenant:
      return fits_tenant(config, rule, subject);
  }
  return false;
}

// A typing error must not lock out those who could repair it: refusing by address spares our own
// networks unless the rule insists.
bool applies(const AclRule& rule, const AccessSubject& subject) {
  if (rule.tenant && rule.tenant != subject.tenant) return false;
  return rule.allow || rule.force || !is_about_address(rule.kind) || !subject.peer.is_private();
}

}  // namespace

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

const AclRule* refusing_rule(const Config& config, const AccessSubject& subject) {
  for (const AclRule& rule : config.acl_rules) {
    if (applies(rule, subject) && fits(config, rule, subject)) return rule.allow ? nullptr : &rule;
  }
  return nullptr;
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
