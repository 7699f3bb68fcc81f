#include "sip-core/config/config_builder.hpp"

#include <algorithm>
#include <utility>

#include "sip-core/config/host_text.hpp"
#include "sip-core/config/row_values.hpp"
#include "sip-core/config/trunk_row.hpp"

namespace ringfence::sip_core {
namespace {

constexpr Names<Side, 2> kSides{{{"trunk", Side::trunk}, {"public", Side::publik}}};
constexpr Names<TransportKind, 3> kTransports{
    {{"udp", TransportKind::udp}, {"tcp", TransportKind::tcp}, {"tls", TransportKind::tls}}};
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
  Tenant& tenant = snapshot_->config.tenants.emplace_back(
      Tenant{TenantId(row.id()), row.name(), row.domain(), row.sips_strict(), *refer});
  if (row.has_max_calls()) tenant.max_calls = row.max_calls();
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
       row.advertised_address().empty() ? address->in_brackets()
                                        : host_text(row.advertised_address()),
       *media, *advertised});
  return {};
}

Result<void> ConfigBuilder::add_trunk(const proto::Trunk& row) {
  auto trunk = read_trunk(row);
  if (!trunk) return std::unexpected(trunk.error());
  snapshot_->config.trunks.push_back(std::move(*trunk));
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
  if (row.has_max_calls()) extension.max_calls = row.max_calls();
  auto suites = suites_of(row.srtp_suites());
  if (!suites) return bad_row("extensions", row.id(), "srtp_suites");
  if (!suites->empty()) {
    MediaTerms terms;
    terms.suites = std::move(*suites);
    extension.media_terms = std::make_shared<const MediaTerms>(std::move(terms));
  }
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
