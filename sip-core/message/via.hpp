// Via: one via-parm (RFC 3261 §20.42) as views into the text that it was parsed from: it must not
// outlive that text. `port` is absent when not written; sent_by_port() gives the default.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ringfence::sip_core::sip {

enum class Transport : std::uint8_t { udp, tcp, tls, ws, wss, sctp, other };

Transport transport_from(std::string_view text) noexcept;  // without case
std::string_view to_text(Transport transport) noexcept;    // "UDP"; "" for other
constexpr bool is_secure(Transport t) {
  return t == Transport::tls || t == Transport::wss;
}
constexpr bool is_reliable(Transport t) {
  return t != Transport::udp;
}

inline constexpr std::string_view kBranchCookie = "z9hG4bK";  // RFC 3261 §8.1.1.7

struct Via {
  Transport transport = Transport::udp;
  std::string_view transport_text;
  std::string_view host;  // sent-by; IPv6 in brackets
  std::optional<std::uint16_t> port;
  std::string_view branch;  // "" when absent
  std::optional<std::string_view> received;
  bool has_rport = false;  // RFC 3581: present, with or without a value
  std::optional<std::uint16_t> rport;
  std::string_view parameters;  // the whole list, beginning with ';', or ""

  static std::optional<Via> parse(std::string_view text);

  std::uint16_t sent_by_port() const { return port.value_or(is_secure(transport) ? 5061 : 5060); }
  // Whether the branch names a transaction: RFC 3261's cookie and something after it (R043).
  bool has_rfc3261_branch() const;
};

// "SIP/2.0/TLS host:port;branch=…" with ";rport" on unreliable transports (RFC 3581 §3).
std::string make_via(Transport transport, std::string_view host, std::optional<std::uint16_t> port,
                     std::string_view branch);

}  // namespace ringfence::sip_core::sip
