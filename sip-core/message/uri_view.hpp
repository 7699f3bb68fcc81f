// UriView: a SIP, SIPS or tel URI (RFC 3261 §19.1, RFC 3966) read in place; any other scheme is
// carried as opaque text. It must not outlive its text. User, password and parameters keep their
// escapes as written. Equality is RFC 3261 §19.1.4 and not octet equality.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "sip-core/message/parameters.hpp"

namespace ringfence::sip_core::sip {

enum class Scheme : std::uint8_t { sip, sips, tel, other };
enum class UriError : std::uint8_t { scheme, user, host, port, parameters, headers };

struct UriView {
  Scheme scheme = Scheme::sip;
  std::optional<std::uint16_t> port;
  std::string_view user;  // escaped; of tel: the number
  std::optional<std::string_view> password;
  std::string_view host;  // a name, an IPv4 address, or IPv6 in brackets
  ParametersView parameters;
  std::string_view headers;  // behind '?'
  std::string_view opaque;   // scheme other: the whole URI

  static std::expected<UriView, UriError> parse(std::string_view text);
  // The same into this one, which must be fresh and means nothing after an error.
  std::optional<UriError> read(std::string_view text);

  bool is_sip() const { return scheme == Scheme::sip || scheme == Scheme::sips; }
  std::string decoded_user() const;
  std::optional<std::string_view> transport() const { return parameters.value("transport"); }
  bool is_loose_route() const { return parameters.has("lr"); }
  // The port to send to: the given one, else 5061 for sips and transport=tls, else 5060.
  std::uint16_t port_or_default() const;
  // "user@host" (port if given) with the host in lower case and the user unescaped: one key for
  // all the spellings of an address of record, sip and sips alike (RFC 3261 §10.3, R013, R064).
  std::string address_of_record() const;

  std::string to_string() const;
  void append_to(std::string& out) const;
};

// Takes the next header off `headers`, what stands behind a '?' (RFC 3261 §19.1.1); nullopt at the
// end and on malformed text (then `headers` is not empty).
std::optional<ParameterView> take_uri_header(std::string_view& headers);

// RFC 3261 §19.1.4. Not transitive in general: the RFC says so.
bool equivalent(const UriView& a, const UriView& b);

}  // namespace ringfence::sip_core::sip
