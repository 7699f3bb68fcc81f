// Config: one validated snapshot of the operator's rows, as sip-core uses them: enabled rows only,
// defaults filled in, indexed. Immutable once built; replaced as a whole.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/socket_address.hpp"
#include "sip-core/engine/flow.hpp"

namespace ringfence::sip_core {

enum class Side : std::uint8_t { trunk, publik };
enum class SrtpPolicy : std::uint8_t { required, preferred, off };
enum class UriStyle : std::uint8_t { sips_transport_tls, sips, sip_transport_tls };
// What becomes of a REFER within a call: carried out here, relayed, or refused.
enum class ReferPolicy : std::uint8_t { handle, pass, refuse };
enum class IdentityHeader : std::uint8_t { pai, ppi, from };
enum class DiversionPolicy : std::uint8_t { pass, strip };

struct Tenant {
  TenantId id;
  std::string name;
  std::string domain;  // lower case
  bool sips_strict = false;
  ReferPolicy refer_policy = ReferPolicy::handle;
};
struct Listener {
  ListenerId id;
  std::string name;
  Side side = Side::publik;
  TransportKind transport = TransportKind::udp;
  IpAddress address;
  Port port = 0;
  std::string advertised_address;  // host of Via and Contact
  IpAddress media_address;
  IpAddress media_advertised_address;
};
struct Trunk {
  TrunkId id;
  TenantId tenant;
  std::string label;
  std::string host;
  Port port = 5060;  // of `transport`; with tls the port is tls_port
  bool tcp = false;
  std::string username;
  std::string auth_username;  // empty: username
  std::string password;
  bool registers = false;
  bool tls = false;
  Port tls_port = 5061;
  std::string tls_verify;  // full | wildcard | ca | none
  UriStyle uri_style = UriStyle::sips_transport_tls;
  bool srtp = false;
  bool srtp_inbound_required = true;
  std::vector<IpNetwork> source_cidrs;
  std::optional<ListenerId> listener;
  bool identity_trust = false;
  IdentityHeader identity_send = IdentityHeader::pai;
  DiversionPolicy diversion = DiversionPolicy::pass;
  std::string client_certificate;  // that the tls-front shows to the trunk; empty = none
  std::optional<std::uint32_t> max_calls;
  std::optional<std::uint32_t> max_cps;

  TransportKind transport() const {
    return tls ? TransportKind::tls : tcp ? TransportKind::tcp : TransportKind::udp;
  }
  Port signalling_port() const { return tls ? tls_port : port; }
  auto operator<=>(const Trunk&) const = default;
};
struct Extension {
  ExtensionId id;
  TenantId tenant;
  std::string username;
  std::string password;  // may be empty where the hashes are given
  std::string ha1_md5;
  std::string ha1_sha256;
  SrtpPolicy srtp = SrtpPolicy::preferred;
  std::optional<std::uint32_t> max_contacts;
};
struct Did {
  TenantId tenant;
  std::string number;  // normalised, see normalise_number()
  std::string target;  // ext:NAME | group:NAME | trunk:LABEL
};
struct Group {
  std::uint64_t id = 0;
  TenantId tenant;
  std::string name;
  bool in_order = false;
  std::uint32_t timeout_s = 20;
  std::vector<ExtensionId> members;  // by position
};
struct Route {
  std::uint64_t id = 0;
  TenantId tenant;
  std::int64_t priority = 0;
  std::string pattern;
  TrunkId trunk;
  std::uint32_t strip = 0;
  std::string prepend;
};

enum class AclKind : std::uint8_t { ip, cidr, glob, sip_user, sip_from, sip_did, tenant };
struct AclRule {
  std::uint64_t id = 0;
  std::optional<TenantId> tenant;  // absent: every tenant
  std::int64_t priority = 0;
  bool allow = false;
  AclKind kind = AclKind::ip;
  std::string pattern;
  bool force = false;  // a deny by address holds for private sources too
};

struct Config {
  std::uint64_t revision = 0;
  std::vector<Tenant> tenants;      // by id
  std::vector<Listener> listeners;  // by id
  std::vector<Trunk> trunks;        // by id
  std::vector<Extension> extensions;
  std::vector<Did> dids;
  std::vector<Group> groups;
  std::vector<Route> routes;       // by priority, then id
  std::vector<AclRule> acl_rules;  // by priority, then id
  std::map<std::string, std::string, std::less<>> settings;

  // Sorts the rows as said above and builds the index; whoever fills the vectors calls it last.
  // Without it everything is found all the same, only more slowly.
  void finish();

  // nullptr when there is none.
  const Tenant* tenant(TenantId id) const;
  const Tenant* tenant_by_domain(std::string_view domain) const;  // any case
  const Listener* listener(ListenerId id) const;
  const Trunk* trunk(TrunkId id) const;
  const Extension* extension(TenantId tenant, std::string_view username) const;
  const Extension* extension(ExtensionId id) const;
  // The trunk's own, else the first trunk-side listener of its transport.
  const Listener* listener_for(const Trunk& trunk) const;
  const Did* did(TenantId tenant, std::string_view normalised_number) const;
  const Group* group(TenantId tenant, std::string_view name) const;
  const Trunk* trunk_by_label(TenantId tenant, std::string_view label) const;
  // A number among the settings; `fallback` where the row is absent or no number.
  std::uint64_t setting_number(std::string_view key, std::uint64_t fallback) const;
  std::string_view setting_text(std::string_view key, std::string_view fallback) const;

 private:
  std::unordered_map<std::string, std::size_t> extensions_by_name_;  // tenant id, '/', username
  std::unordered_map<ExtensionId, std::size_t> extensions_by_id_;
};

// Removes URI parameters, visual separators (- . ( ) space) and one leading '+'.
std::string normalise_number(std::string_view dialled);
// Glob with *, ?, [0-9] over the whole text.
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace ringfence::sip_core
