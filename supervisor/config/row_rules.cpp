#include "supervisor/config/row_rules.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "runtime/socket_address.hpp"

namespace ringfence::supervisor {
namespace {

constexpr std::size_t kMaxHostName = 253;
constexpr std::size_t kMaxLabel = 63;
constexpr std::size_t kMaxText = 255;
constexpr std::size_t kMaxCodec = 32;
// Those that media workers have (media-worker/srtp/crypto_suite.cpp).
constexpr auto kSuites = std::to_array<std::string_view>(
    {"AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "AES_256_CM_HMAC_SHA1_80",
     "AES_256_CM_HMAC_SHA1_32", "AEAD_AES_128_GCM", "AEAD_AES_256_GCM"});

constexpr auto kQuirks = std::to_array<std::string_view>({"renumbered_tag", "unpadded_keys"});

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kMaxLabel) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label,
                             [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
}

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

Complaint choice_complaint(std::span<const std::string_view> known, std::string_view name,
                           std::string_view what) {
  if (std::ranges::find(known, name) != known.end()) return std::nullopt;
  std::string list;
  for (const std::string_view one : known)
    list.append(list.empty() ? "" : ", ").append(one);
  return quoted(name) + std::string(what) + list;
}

}  // namespace

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > kMaxHostName) return false;
  std::string_view rest = text;
  std::string_view last;
  while (true) {
    const auto dot = rest.find('.');
    last = rest.substr(0, dot);
    if (!is_label(last)) return false;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  // "10.0.0.300" is a mistyped address, not a name: RFC 3696 §2, no top-level name is all digits.
  return !std::ranges::all_of(last, is_digit);
}

Complaint host_complaint(std::string_view host) {
  if (is_host_name(host) || IpAddress::parse(host)) return std::nullopt;
  return quoted(host) + " is neither a host name nor an address";
}

Complaint address_complaint(std::string_view text) {
  if (IpAddress::parse(text)) return std::nullopt;
  return quoted(text) + " is no numeric IP address";
}

Complaint endpoint_complaint(std::string_view text) {
  const auto address = SocketAddress::parse(text);
  if (address && address->port != 0) return std::nullopt;
  return quoted(text) + " is no numeric IP address with a port";
}

Complaint proxy_complaint(std::string_view text) {
  if (SocketAddress::parse(text) || IpAddress::parse(text)) return std::nullopt;
  const auto colon = text.find(':');
  const std::string_view port = colon == std::string_view::npos ? "1" : text.substr(colon + 1);
  const bool numeric = !port.empty() && port.size() <= 5 && std::ranges::all_of(port, is_digit);
  const int number = numeric ? std::stoi(std::string(port)) : 0;
  if (is_host_name(text.substr(0, colon)) && number >= 1 && number <= 65535) return std::nullopt;
  return quoted(text) + " is no host and no host:port, such as proxy.example:5061";
}

Complaint codec_complaint(std::string_view name) {
  const auto fits = [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; };
  if (!name.empty() && name.size() <= kMaxCodec && std::ranges::all_of(name, fits)) {
    return std::nullopt;
  }
  return quoted(name) + " is no name of a codec, such as PCMA, PCMU, G722 or opus";
}

Complaint suite_complaint(std::string_view name) {
  return choice_complaint(kSuites, name, " is no SRTP suite of ours: they are ");
}

Complaint quirk_complaint(std::string_view name) {
  return choice_complaint(kQuirks, name, " is no quirk that we know: they are ");
}

Complaint network_complaint(std::string_view text) {
  if (IpNetwork::parse(text)) return std::nullopt;
  return quoted(text) + " is no network such as 192.0.2.0/24 or 2001:db8::/32";
}

Complaint glob_complaint(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '[') continue;
    // A ] right after [ or [^ is a member of the set.
    const std::size_t first = i + 1 + (pattern.substr(i + 1).starts_with('^') ? 1 : 0);
    const auto end = pattern.find(']', first + 1);
    if (end == std::string_view::npos) return quoted(pattern) + " has a [ without its ]";
    i = end;
  }
  return text_complaint(pattern);
}

Complaint text_complaint(std::string_view text) {
  if (text.size() > kMaxText) return "is longer than " + std::to_string(kMaxText) + " octets";
  const bool control = std::ranges::any_of(text, [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet < 0x20 || octet == 0x7f;
  });
  if (control) return "contains control characters";
  return std::nullopt;
}

}  // namespace ringfence::supervisor
