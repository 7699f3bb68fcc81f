#include "sip-core/config/config_builder.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace ringfence::sip_core {
namespace {

template <typename Value, std::size_t n>
using Names = std::array<std::pair<std::string_view, Value>, n>;

template <typename Value, std::size_t n>
std::optional<Value> value_of(const Names<Value, n>& names, std::string_view text) {
  for (const auto& [name, value] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

constexpr Names<Side, 2> kSides{{{"trunk", Side::trunk}, {"public", Side::publik}}};
constexpr Names<TransportKind, 3> kTransports{
    {{"udp", TransportKind::udp}, {"tcp", TransportKind::tcp}, {"tls", TransportKind::tls}}};
constexpr Names<UriStyle, 3> kUriStyles{{{"sips-transport-tls", UriStyle::sips_transport_tls},
                                         {"sips", UriStyle::sips},
                                         {"sip-transport-tls", UriStyle::sip_transport_tls}}};
constexpr Names<IdentityHeader, 3> kIdentityHeaders{
    {{"pai", IdentityHeader::pai}, {"ppi", IdentityHeader::ppi}, {"from", IdentityHeader::from}}};
constexpr Names<ReferPolicy, 3> kReferPolicies{{{"handle", ReferPolicy::handle},
                                                {"pass", ReferPolicy::pass},
                                                {"refuse", ReferPolicy::refuse}}};
constexpr Names<SrtpPolicy, 3> kSrtpPolicies{{{"required", SrtpPolicy::required},
                                              {"preferred", SrtpPolicy::preferred},
                                              {"off", SrtpPolicy::off}}};
constexpr Names<AclKind, 7> kAclKinds{{{"ip", AclKind::ip},
                                       {"cidr", AclKind::cidr},
                                       {"glob", AclKind::glob},
                                       {"sip-user", AclKind::sip_user},
                                       {"sip-from", AclKind::sip_from},
                                       {"sip-did", AclKind::sip_did},
                                       {"tenant", AclKind::tenant}}};

std::unexpected<Error> bad_row(std::string_view table, std::uint64_t id, std::string_view column) {
  return fail("row " + std::to_string(id) + " of " + std::string(table) +
              " has an unusable value in column " + std::string(column));
}

bool fits_port(std::uint32_t port) {
  return port <= 65535;
}

}  // namespace

void ConfigBuilder::begin(std::uint64_t revision) {
  snapshot_.emplace();
  snapshot_->config.revision = revision;
}

Result<void> ConfigBuilder::add(const proto::SnapshotRow& row) {
  if (!snapshot_) return fail("a configuration row came outside of a snapshot");
  Result<void> added;
  switch (row.row_case()) {
    case proto::SnapshotRow::kTenant:
      added = add_tenant(row.tenant());
      break;
    case proto::SnapshotRow::kListener:
      added = add_listener(row.listener());
      break;
    case proto::SnapshotRow::kTrunk:
      added = add_trunk(row.trunk());
      break;
    case proto::SnapshotRow::kExtension:
      added = add_extension(row.extension());
      break;
    case proto::SnapshotRow::kDid:
      add_did(row.did());
      break;
    case proto::SnapshotRow::kGroup:
      add_group(row.group());
      break;
    case proto::SnapshotRow::kGroupMember:
      snapshot_->members.push_back({row.group_member().group_id(), row.group_member().position(),
                                    ExtensionId(row.group_member().extension_id())});
      break;
    case proto::SnapshotRow::kRoute:
      add_route(row.route());
      break;
    case proto::SnapshotRow::kAclRule:
      added = add_acl_rule(row.acl_rule());
      break;
    case proto::SnapshotRow::kSetting:
      snapshot_->config.settings[row.setting().key()] = row.setting().value();
      break;
    case proto::SnapshotRow::ROW_NOT_SET:
      added = fail("a configuration row is empty");
      break;
  }
  if (!added) snapshot_.reset();
  return added;
}

Result<std::shared_ptr<const Config>> ConfigBuilder::commit(std::uint64_t revision) {
  if (!snapshot_) return fail("a snapshot was committed that did not begin or was refused");
  if (snapshot_->config.revision != revision) {
    snapshot_.reset();
    return fail("a snapshot was committed under another revision than it began with");
  }
  place_members();
  auto config = std::make_shared<Config>(std::move(snapshot_->config));
  snapshot_.reset();
  config->finish();
  return config;
}

Result<void> ConfigBuilder::add_tenant(const proto::Tenant& row) {
  const auto refer = row.refer_policy().empty() ? ReferPolicy::handle
                                                : value_of(kReferPolicies, row.refer_policy());
  if (!refer) return bad_row("tenants", row.id(), "refer_policy");
  snapshot_->config.tenants.push_back(
      {TenantId(row.id()), row.name(), row.domain(), row.sips_strict(), *refer});
  return {};
}

Result<void> ConfigBuilder::add_listener(const proto::Listener& row) {
  const auto side = value_of(kSides, row.side());
  const auto transport = value_of(kTransports, row.transport());
  const auto address = IpAddress::parse(row.address());
  if (!side) return bad_row("listeners", row.id(), "side");
  if (!transport) return bad_row("listeners", row.id(), "transport");
  if (!address) return bad_row("listeners", row.id(), "address");
  if (!fits_port(row.port())) return bad_row("listeners", row.id(), "port");
  // Media addresses default to the signalling ones.
  const auto media = row.media_address().empty() ? address : IpAddress::parse(row.media_address());
  if (!media) return bad_row("listeners", row.id(), "media_address");
  auto advertised = media;
  if (!row.media_advertised_address().empty()) {
    advertised = IpAddress::parse(row.media_advertised_address());
    if (!advertised) return bad_row("listeners", row.id(), "media_advertised_address");
  }
  snapshot_->config.listeners.push_back(
      {ListenerId(row.id()), row.name(), *side, *transport, *address, static_cast<Port>(row.port()),
       row.advertised_address().empty() ? address->in_brackets() : row.advertised_address(), *media,
       *advertised});
  return {};
}

Result<void> ConfigBuilder::add_trunk(const proto::Trunk& row) {
  const auto style = row.uri_style().empty() ? UriStyle::sips_transport_tls
                                             : value_of(kUriStyles, row.uri_style());
  const auto identity = row.identity_send().empty()
                            ? IdentityHeader::pai
                            : value_of(kIdentityHeaders, row.identity_send());
  if (!style) return bad_row("trunks", row.id(), "uri_style");
  if (!identity) return bad_row("trunks", row.id(), "identity_send");
  if (!fits_port(row.port())) return bad_row("trunks", row.id(), "port");
  if (!fits_port(row.tls_port())) return bad_row("trunks", row.id(), "tls_port");
  Trunk trunk;
  trunk.id = TrunkId(row.id());
  trunk.tenant = TenantId(row.tenant_id());
  trunk.label = row.label();
  trunk.host = row.host();
  trunk.port = static_cast<Port>(row.port());
  trunk.tcp = row.transport() == "tcp";
  trunk.username = row.username();
  trunk.auth_username = row.auth_username();
  trunk.password = row.password();
  trunk.registers = row.register_();
  trunk.tls = row.tls();
  trunk.tls_port = static_cast<Port>(row.tls_port());
  trunk.tls_verify = row.tls_verify().empty() ? "full" : row.tls_verify();
  trunk.uri_style = *style;
  trunk.srtp = row.srtp();
  trunk.srtp_inbound_required = row.srtp_inbound() != "offered";
  for (const std::string& text : row.source_cidrs()) {
    const auto network = IpNetwork::parse(text);
    if (!network) return bad_row("trunks", row.id(), "source_cidrs");
    trunk.source_cidrs.push_back(*network);
  }
  if (row.listener_id() != 0) trunk.listener = ListenerId(row.listener_id());
  trunk.identity_trust = row.identity_trust();
  trunk.identity_send = *identity;
  trunk.client_certificate = row.client_certificate();
  trunk.diversion = row.diversion() == "strip" ? DiversionPolicy::strip : DiversionPolicy::pass;
  if (row.has_max_calls()) trunk.max_calls = row.max_calls();
  if (row.has_max_cps()) trunk.max_cps = row.max_cps();
  snapshot_->config.trunks.push_back(std::move(trunk));
  return {};
}

Result<void> ConfigBuilder::add_extension(const proto::Extension& row) {
  const auto srtp =
      row.srtp().empty() ? SrtpPolicy::preferred : value_of(kSrtpPolicies, row.srtp());
  if (!srtp) return bad_row("extensions", row.id(), "srtp");
  Extension extension{
      ExtensionId(row.id()), TenantId(row.tenant_id()), row.username(), row.password(),
      row.ha1_md5(),         row.ha1_sha256(),          *srtp,          std::nullopt};
  if (row.has_max_contacts()) extension.max_contacts = row.max_contacts();
  snapshot_->config.extensions.push_back(std::move(extension));
  return {};
}

void ConfigBuilder::add_did(const proto::Did& row) {
  snapshot_->config.dids.push_back(
      {TenantId(row.tenant_id()), normalise_number(row.number()), row.target()});
}

void ConfigBuilder::add_group(const proto::Group& row) {
  Group group{row.id(), TenantId(row.tenant_id()), row.name(), row.mode() == "order", 20, {}};
  if (row.timeout_s() != 0) group.timeout_s = row.timeout_s();
  snapshot_->config.groups.push_back(std::move(group));
}

void ConfigBuilder::add_route(const proto::Route& row) {
  snapshot_->config.routes.push_back({row.id(), TenantId(row.tenant_id()), row.priority(),
                                      row.pattern(), TrunkId(row.trunk_id()), row.strip(),
                                      row.prepend()});
}

Result<void> ConfigBuilder::add_acl_rule(const proto::AclRule& row) {
  const auto kind = value_of(kAclKinds, row.kind());
  if (!kind) return bad_row("acl_rules", row.id(), "kind");
  AclRule rule{row.id(), std::nullopt,  row.priority(), row.allow(),
               *kind,    row.pattern(), row.force()};
  if (row.tenant_id() != 0) rule.tenant = TenantId(row.tenant_id());
  snapshot_->config.acl_rules.push_back(std::move(rule));
  return {};
}

void ConfigBuilder::place_members() {
  std::stable_sort(snapshot_->members.begin(), snapshot_->members.end(),
                   [](const Member& a, const Member& b) { return a.position < b.position; });
  for (Group& group : snapshot_->config.groups) {
    for (const Member& member : snapshot_->members) {
      if (member.group == group.id) group.members.push_back(member.extension);
    }
  }
}

}  // namespace ringfence::sip_core
