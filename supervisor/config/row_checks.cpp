#include "supervisor/config/row_checks.hpp"

#include <algorithm>

#include "runtime/socket_address.hpp"
#include "supervisor/config/row_rules.hpp"

namespace ringfence::supervisor {
namespace {

void complain(Verdict& verdict, const char* table, RowId id, const char* column,
              const Complaint& complaint) {
  if (complaint) verdict.problems.push_back({table, id, column, *complaint});
}

Complaint optional_host(const std::string& host) {
  return host.empty() ? Complaint() : host_complaint(host);
}

void check_details(const proto::Trunk& trunk, Verdict& verdict) {
  const auto check = [&](const char* column, const Complaint& complaint) {
    complain(verdict, "trunks", trunk.id(), column, complaint);
  };
  check("tls_host", optional_host(trunk.tls_host()));
  check("contact_host", optional_host(trunk.contact_host()));
  if (!trunk.outbound_proxy().empty()) {
    check("outbound_proxy", proxy_complaint(trunk.outbound_proxy()));
  }
  check("caller_id", text_complaint(trunk.caller_id()));
  for (const std::string& codec : trunk.codecs())
    check("codecs", codec_complaint(codec));
  for (const std::string& suite : trunk.srtp_suites())
    check("srtp_suites", suite_complaint(suite));
  for (const std::string& quirk : trunk.srtp_quirks())
    check("srtp_quirks", quirk_complaint(quirk));
}

}  // namespace

RowChecks::RowChecks(const Config& rows) : rows_(rows), known_tenants_(rows.disabled.tenants) {
  known_listeners_ = rows.disabled.listeners;
  for (const auto& tenant : rows.tenants)
    known_tenants_.insert(tenant.id());
  for (const auto& listener : rows.listeners)
    known_listeners_.insert(listener.id());
  for (const auto& [id, trunk] : rows.disabled.trunks) {
    known_trunks_.insert(id);
    known_targets_.insert({trunk.tenant_id, "trunk:" + trunk.name});
  }
  for (const auto& trunk : rows.trunks) {
    known_trunks_.insert(trunk.id());
    known_targets_.insert({trunk.tenant_id(), "trunk:" + trunk.label()});
  }
  for (const auto& [id, extension] : rows.disabled.extensions) {
    known_extensions_.insert(id);
    known_targets_.insert({extension.tenant_id, "ext:" + extension.name});
  }
  for (const auto& extension : rows.extensions) {
    known_extensions_.insert(extension.id());
    known_targets_.insert({extension.tenant_id(), "ext:" + extension.username()});
  }
  for (const auto& group : rows.groups) {
    known_groups_.insert(group.id());
    known_targets_.insert({group.tenant_id(), "group:" + group.name()});
  }
}

void RowChecks::check_tenant(RowId tenant_id, const char* table, RowId id, Verdict& verdict) const {
  if (tenants_.contains(tenant_id)) return;
  verdict.applies = !known_tenants_.contains(tenant_id);
  complain(verdict, table, id, "tenant_id", "there is no tenant " + std::to_string(tenant_id));
}

Verdict RowChecks::check(const proto::Setting& setting) const {
  Verdict verdict;
  complain(verdict, "settings", 0, setting.key().c_str(), text_complaint(setting.value()));
  if (setting.key() == "hep_server" && !setting.value().empty()) {
    complain(verdict, "settings", 0, "hep_server", endpoint_complaint(setting.value()));
  }
  return verdict;
}

Verdict RowChecks::check(const proto::Tenant& tenant) const {
  Verdict verdict;
  complain(verdict, "tenants", tenant.id(), "name", text_complaint(tenant.name()));
  complain(verdict, "tenants", tenant.id(), "domain", host_complaint(tenant.domain()));
  if (domains_.contains(tenant.domain())) {
    complain(verdict, "tenants", tenant.id(), "domain",
             "'" + tenant.domain() + "' is in force for another tenant");
  }
  return verdict;
}

Verdict RowChecks::check(const proto::Listener& listener) const {
  Verdict verdict;
  const RowId id = listener.id();
  complain(verdict, "listeners", id, "name", text_complaint(listener.name()));
  complain(verdict, "listeners", id, "address", address_complaint(listener.address()));
  complain(verdict, "listeners", id, "advertised_address",
           optional_host(listener.advertised_address()));
  if (!listener.media_address().empty()) {
    complain(verdict, "listeners", id, "media_address",
             address_complaint(listener.media_address()));
  }
  // SDP's c= line names what media is sent to; a name there would be looked up by the peer.
  if (!listener.media_advertised_address().empty()) {
    complain(verdict, "listeners", id, "media_advertised_address",
             address_complaint(listener.media_advertised_address()));
  }
  return verdict;
}

Verdict RowChecks::check(const proto::Trunk& trunk) const {
  Verdict verdict;
  const RowId id = trunk.id();
  check_tenant(trunk.tenant_id(), "trunks", id, verdict);
  complain(verdict, "trunks", id, "label", text_complaint(trunk.label()));
  complain(verdict, "trunks", id, "host", host_complaint(trunk.host()));
  complain(verdict, "trunks", id, "username", text_complaint(trunk.username()));
  complain(verdict, "trunks", id, "auth_username", text_complaint(trunk.auth_username()));
  complain(verdict, "trunks", id, "password", text_complaint(trunk.password()));
  if (trunk.register_() && trunk.username().empty()) {
    complain(verdict, "trunks", id, "username", "a trunk that registers needs a user name");
  }
  for (const std::string& network : trunk.source_cidrs()) {
    complain(verdict, "trunks", id, "source_cidrs", network_complaint(network));
  }
  check_details(trunk, verdict);
  if (const RowId listener = trunk.listener_id(); listener != 0) {
    const auto accepted = listeners_.find(listener);
    if (accepted != listeners_.end() && accepted->second != "trunk") {
      complain(verdict, "trunks", id, "listener_id",
               "listener " + std::to_string(listener) + " is not on the trunk side");
    } else if (accepted == listeners_.end()) {
      complain(verdict, "trunks", id, "listener_id",
               "listener " + std::to_string(listener) +
                   (known_listeners_.contains(listener) ? " is not in use" : " does not exist"));
    }
  }
  return verdict;
}

Verdict RowChecks::check(const proto::Extension& extension) const {
  Verdict verdict;
  const RowId id = extension.id();
  check_tenant(extension.tenant_id(), "extensions", id, verdict);
  complain(verdict, "extensions", id, "username", text_complaint(extension.username()));
  for (const std::string& suite : extension.srtp_suites())
    complain(verdict, "extensions", id, "srtp_suites", suite_complaint(suite));
  complain(verdict, "extensions", id, "password", text_complaint(extension.password()));
  return verdict;
}

Verdict RowChecks::check(const proto::Group& group) const {
  Verdict verdict;
  check_tenant(group.tenant_id(), "groups", group.id(), verdict);
  complain(verdict, "groups", group.id(), "name", text_complaint(group.name()));
  return verdict;
}

Verdict RowChecks::check(const proto::GroupMember& member) const {
  Verdict verdict;
  const RowId id = member.group_id();
  verdict.applies = (groups_.contains(id) || !known_groups_.contains(id)) &&
                    (extensions_.contains(member.extension_id()) ||
                     !known_extensions_.contains(member.extension_id()));
  if (!known_groups_.contains(id)) {
    complain(verdict, "group_members", id, "group_id", "there is no such group");
  }
  if (!known_extensions_.contains(member.extension_id())) {
    complain(verdict, "group_members", id, "extension_id",
             "there is no extension " + std::to_string(member.extension_id()));
  }
  return verdict;
}

Verdict RowChecks::check(const proto::Did& did) const {
  Verdict verdict;
  check_tenant(did.tenant_id(), "dids", did.id(), verdict);
  complain(verdict, "dids", did.id(), "number", text_complaint(did.number()));
  const NameInTenant target{did.tenant_id(), did.target()};
  if (!known_targets_.contains(target)) {
    complain(verdict, "dids", did.id(), "target", "the tenant has no '" + did.target() + "'");
  } else if (!targets_.contains(target)) {
    verdict.applies = false;
  }
  return verdict;
}

Verdict RowChecks::check(const proto::Route& route) const {
  Verdict verdict;
  check_tenant(route.tenant_id(), "routes", route.id(), verdict);
  complain(verdict, "routes", route.id(), "pattern", glob_complaint(route.pattern()));
  complain(verdict, "routes", route.id(), "prepend", text_complaint(route.prepend()));
  if (!known_trunks_.contains(route.trunk_id())) {
    complain(verdict, "routes", route.id(), "trunk_id",
             "there is no trunk " + std::to_string(route.trunk_id()));
  } else if (!trunks_.contains(route.trunk_id())) {
    verdict.applies = false;
  }
  return verdict;
}

Verdict RowChecks::check(const proto::AclRule& rule) const {
  Verdict verdict;
  if (rule.tenant_id() != 0) check_tenant(rule.tenant_id(), "acl_rules", rule.id(), verdict);
  const std::string& kind = rule.kind();
  Complaint complaint;
  if (kind == "ip") {
    complaint = address_complaint(rule.pattern());
  } else if (kind == "cidr") {
    complaint = network_complaint(rule.pattern());
  } else if (kind == "glob" || kind == "sip-from" || kind == "sip-did" || kind == "sip-user") {
    complaint = glob_complaint(rule.pattern());
  } else {
    complaint = text_complaint(rule.pattern());
  }
  complain(verdict, "acl_rules", rule.id(), "pattern", complaint);
  return verdict;
}

void RowChecks::accept(const proto::Tenant& tenant) {
  tenants_[tenant.id()] = tenant.name();
  domains_.insert(tenant.domain());
}

void RowChecks::accept(const proto::Listener& listener) {
  listeners_[listener.id()] = listener.side();
}

void RowChecks::accept(const proto::Trunk& trunk) {
  trunks_.insert(trunk.id());
  targets_.insert({trunk.tenant_id(), "trunk:" + trunk.label()});
}

void RowChecks::accept(const proto::Extension& extension) {
  extensions_.insert(extension.id());
  targets_.insert({extension.tenant_id(), "ext:" + extension.username()});
}

void RowChecks::accept(const proto::Group& group) {
  groups_.insert(group.id());
  targets_.insert({group.tenant_id(), "group:" + group.name()});
}

}  // namespace ringfence::supervisor
