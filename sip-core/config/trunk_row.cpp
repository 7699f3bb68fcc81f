#include "sip-core/config/trunk_row.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "sip-core/config/host_text.hpp"
#include "sip-core/config/row_values.hpp"

namespace ringfence::sip_core {
namespace {

constexpr Names<UriStyle, 3> kUriStyles{{{"sips-transport-tls", UriStyle::sips_transport_tls},
                                         {"sips", UriStyle::sips},
                                         {"sip-transport-tls", UriStyle::sip_transport_tls}}};
constexpr Names<IdentityHeader, 3> kIdentityHeaders{
    {{"pai", IdentityHeader::pai}, {"ppi", IdentityHeader::ppi}, {"from", IdentityHeader::from}}};
constexpr Names<SessionTimerUse, 3> kSessionTimers{{{"offer", SessionTimerUse::offer},
                                                    {"accept", SessionTimerUse::accept},
                                                    {"off", SessionTimerUse::off}}};
constexpr Names<NumberFormat, 3> kNumberFormats{{{"as-is", NumberFormat::as_is},
                                                 {"e164", NumberFormat::e164},
                                                 {"national", NumberFormat::national}}};
constexpr Names<PrivacyUse, 3> kPrivacyUses{{{"as-asked", PrivacyUse::as_asked},
                                             {"always", PrivacyUse::always},
                                             {"ignore", PrivacyUse::ignore}}};

// The value that is named; nothing where a snapshot of an earlier version names none.
template <typename Value, std::size_t n>
bool take_named(const Names<Value, n>& names, std::string_view text, Value& out) {
  if (text.empty()) return true;
  const auto value = value_of(names, text);
  if (value) out = *value;
  return value.has_value();
}

std::optional<OutboundProxy> proxy_of(std::string_view text) {
  if (const auto address = SocketAddress::parse(text)) {
    return OutboundProxy{address->ip.to_string(), address->port};
  }
  if (const auto ip = IpAddress::parse(text)) return OutboundProxy{ip->to_string(), std::nullopt};
  const auto colon = text.find(':');
  OutboundProxy proxy{std::string(text.substr(0, colon)), std::nullopt};
  if (colon == std::string_view::npos) return proxy;
  Port port = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + colon + 1, end, port);
  if (read.ec != std::errc() || read.ptr != end || port == 0) return std::nullopt;
  proxy.port = port;
  return proxy;
}

bool names(const google::protobuf::RepeatedPtrField<std::string>& list, std::string_view one) {
  return std::ranges::find(list, one) != list.end();
}

// nullopt: a suite that we do not know. A null pointer: there is nothing to say.
std::optional<std::shared_ptr<const MediaTerms>> media_terms_of(const proto::Trunk& row) {
  MediaTerms terms;
  terms.codecs.assign(row.codecs().begin(), row.codecs().end());
  auto suites = suites_of(row.srtp_suites());
  if (!suites) return std::nullopt;
  terms.suites = std::move(*suites);
  if (const auto exponent = row.srtp_lifetime_exponent(); exponent != 0) {
    terms.lifetime = std::uint64_t{1} << std::min(exponent, 48U);
  }
  terms.renumbered_tag = names(row.srtp_quirks(), "renumbered_tag");
  terms.unpadded_keys = names(row.srtp_quirks(), "unpadded_keys");
  terms.to_access_edge = row.mediasec() && row.tls() && row.srtp();
  const bool quirky = terms.renumbered_tag || terms.unpadded_keys || terms.to_access_edge;
  if (terms.codecs.empty() && terms.suites.empty() && !terms.lifetime && !quirky) return nullptr;
  return std::make_shared<const MediaTerms>(std::move(terms));
}

Result<void> read_details(const proto::Trunk& row, Trunk& trunk) {
  const auto bad = [&](std::string_view column) { return bad_row("trunks", row.id(), column); };
  if (trunk.tls && !row.tls_host().empty()) trunk.host = row.tls_host();
  trunk.contact_host = host_text(row.contact_host());
  if (!row.outbound_proxy().empty()) {
    trunk.outbound_proxy = proxy_of(row.outbound_proxy());
    if (!trunk.outbound_proxy) return bad("outbound_proxy");
  }
  trunk.options_interval = std::chrono::seconds(row.options_interval_s());
  if (!take_named(kSessionTimers, row.session_timer(), trunk.session_timer)) {
    return bad("session_timer");
  }
  if (!take_named(kNumberFormats, row.number_format(), trunk.number_format)) {
    return bad("number_format");
  }
  if (!take_named(kPrivacyUses, row.privacy(), trunk.privacy)) return bad("privacy");
  trunk.mediasec = row.mediasec();
  trunk.country_code = row.country_code();
  trunk.caller_id = row.caller_id();
  auto terms = media_terms_of(row);
  if (!terms) return bad("srtp_suites");
  trunk.media_terms = std::move(*terms);
  return {};
}

}  // namespace

Result<Trunk> read_trunk(const proto::Trunk& row) {
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
  if (!take_named(kUriStyles, row.uri_style(), trunk.uri_style)) {
    return bad_row("trunks", row.id(), "uri_style");
  }
  trunk.srtp = row.srtp();
  trunk.srtp_inbound_required = row.srtp_inbound() != "offered";
  for (const std::string& text : row.source_cidrs()) {
    const auto network = IpNetwork::parse(text);
    if (!network) return bad_row("trunks", row.id(), "source_cidrs");
    trunk.source_cidrs.push_back(*network);
  }
  if (row.listener_id() != 0) trunk.listener = ListenerId(row.listener_id());
  trunk.identity_trust = row.identity_trust();
  if (!take_named(kIdentityHeaders, row.identity_send(), trunk.identity_send)) {
    return bad_row("trunks", row.id(), "identity_send");
  }
  trunk.client_certificate = row.client_certificate();
  trunk.diversion = row.diversion() == "strip" ? DiversionPolicy::strip : DiversionPolicy::pass;
  if (row.has_max_calls()) trunk.max_calls = row.max_calls();
  if (row.has_max_cps()) trunk.max_cps = row.max_cps();
  if (auto read = read_details(row, trunk); !read) return std::unexpected(read.error());
  return trunk;
}

}  // namespace ringfence::sip_core
