// Config: one validated snapshot of the operator's rows, as sip-core uses them: enabled rows only,
// defaults filled in, indexed. Immutable once built; replaced as a whole.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/socket_address.hpp"
#include "sip-core/engine/flow.hpp"
#include "sip-core/sdp/crypto_suite.hpp"

namespace ringfence::sip_core {

enum class Side : std::uint8_t { trunk, publik };
enum class SrtpPolicy : std::uint8_t { required, preferred, off };
enum class UriStyle : std::uint8_t { sips_transport_tls, sips, sip_transport_tls };
// What becomes of a REFER within a call: carried out here, relayed, or refused.
enum class ReferPolicy : std::uint8_t { handle, pass, refuse };
enum class IdentityHeader : std::uint8_t { pai, ppi, from };
enum class DiversionPolicy : std::uint8_t { pass, strip };
// RFC 4028 towards a trunk: we ask for a session timer, we take part where the peer asks, or
// neither.
enum class SessionTimerUse : std::uint8_t { offer, accept, off };
enum class NumberFormat : std::uint8_t { as_is, e164, national };
// Whether a trunk is told that a caller withholds its number (RFC 3323).
enum class PrivacyUse : std::uint8_t { as_asked, always, ignore };

struct Tenant {
  TenantId id;
  std::string name;
  std::string domain;  // lower case
  bool sips_strict = false;
  ReferPolicy refer_policy = ReferPolicy::handle;
  std::optional<std::uint32_t> max_calls{};
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
// What a trunk wants of media beyond whether it is encrypted.
struct MediaTerms {
  std::vector<std::string> codecs;        // encoding names, best first; none: whatever is offered
  std::vector<sdp::CryptoSuite> suites;   // best first; none: the one that everybody knows
  std::optional<std::uint64_t> lifetime;  // packets, written into our keys
  // What some peers do, against RFC 4568 §5.1.3: an answer whose tag is not that of our offer.
  bool renumbered_tag = false;
  bool unpadded_keys = false;   // our keys are written without the "=" of base64
  bool to_access_edge = false;  // offers ask for protection up to the carrier's edge
};
// Where requests go instead of the trunk's host.
struct OutboundProxy {
  std::string host;
  std::optional<Port> port;

  bool operator==(const OutboundProxy&) const = default;
};

struct Trunk {
  TrunkId id;
  TenantId tenant;
  std::string label;
  std::string host;  // that of `transport`: with tls the row's tls_host where it has one
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
  std::string contact_host;  // our name in Via and Contact; empty: the listener's
  std::optional<OutboundProxy> outbound_proxy;
  std::chrono::seconds options_interval{0};  // 0: no OPTIONS are sent
  SessionTimerUse session_timer = SessionTimerUse::offer;
  NumberFormat number_format = NumberFormat::as_is;
  std::string country_code;  // digits; empty: not known
  std::string caller_id;     // empty: the caller's own
  PrivacyUse privacy = PrivacyUse::as_asked;
  bool mediasec = false;  // as the row says; see agrees_on_media_security()
  // nullptr: none in particular. Shared with the calls that began under this row (F121).
  std::shared_ptr<const MediaTerms> media_terms;

  TransportKind transport() const {
    return tls ? TransportKind::tls : tcp ? TransportKind::tcp : TransportKind::udp;
  }
  // Only of what is encrypted can be said how.
  bool agrees_on_media_security() const { return mediasec && tls && srtp; }
  Port signalling_port() const { return tls ? tls_port : port; }
  // Where requests go first, and whose certificate is checked.
  const std::string& next_host() const { return outbound_proxy ? outbound_proxy->host : host; }
  Port next_port() const {
    if (!outbound_proxy) return signalling_port();
    return outbound_proxy->port.value_or(tls ? 5061 : 5060);
  }
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
  std::optional<std::uint32_t> max_calls{};
  std::shared_ptr<const MediaTerms> media_terms{};  // as a trunk's
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

class AccessIndex;

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
  // The rules compiled, by finish(); shared by copies of a Config, for it never changes.
  std::shared_ptr<const AccessIndex> access_index;
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
  // The first number that leads to that target, such as "ext:alice".
  const Did* did_to(TenantId tenant, std::string_view target) const;
  const Group* group(TenantId tenant, std::string_view name) const;
  const Trunk* trunk_by_label(TenantId tenant, std::string_view label) const;
  // A number among the settings; `fallback` where the row is absent or no number.
  std::uint64_t setting_number(std::string_view key, std::uint64_t fallback) const;
  std::string_view setting_text(std::string_view key, std::string_view fallback) const;
  // Among the setting emergency_numbers, as dialled: "112", "+49-112" is none.
  bool is_emergency_number(std::string_view dialled) const;

 private:
  std::unordered_map<std::string, std::size_t> extensions_by_name_;  // tenant id, '/', username
  std::unordered_map<ExtensionId, std::size_t> extensions_by_id_;
  std::unordered_map<TrunkId, std::size_t> trunks_by_id_;
  // The first of each; tenant id, '/', number or target.
  std::unordered_map<std::string, std::size_t> dids_by_number_;
  std::unordered_map<std::string, std::size_t> dids_by_target_;
  std::size_t indexed_dids_ = 0;
};

// Removes URI parameters, visual separators (- . ( ) space) and one leading '+'.
std::string normalise_number(std::string_view dialled);
// The number as a trunk wants it. Short numbers (services, extensions) and names stay as they are;
// without a country code only what says its own country can be changed.
std::string format_number(std::string_view number, NumberFormat format,
                          std::string_view country_code);
// Glob with *, ?, [0-9] over the whole text.
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace ringfence::sip_core
