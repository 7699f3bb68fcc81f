// PhoneIdentity: who a selftest phone is and where it is reached, as its messages say it.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/socket_address.hpp"

namespace ringfence::admin {

// What its URIs begin with. sips: (RFC 5630) is TLS on every hop or no call at all; with sip: the
// phone still uses TLS, and leaves the other legs to the box.
enum class PhoneScheme : std::uint8_t { sip, sips };

struct PhoneIdentity {
  std::string username;
  std::string domain;
  std::string password;
  SocketAddress local;  // its end of the TLS connection
  PhoneScheme scheme = PhoneScheme::sip;

  std::string uri(const std::string& rest) const {
    return (scheme == PhoneScheme::sips ? "sips:" : "sip:") + rest;
  }
  std::string domain_uri() const { return uri(domain); }
  std::string address_of_record() const { return uri(username + "@" + domain); }
  // The connection that it registers over is the way to it. RFC 5630 §3.1.3: sips: needs no
  // transport=tls, which is deprecated.
  std::string contact() const {
    return "<" + uri(username + "@" + local.ip.in_brackets() + ":" + std::to_string(local.port)) +
           (scheme == PhoneScheme::sip ? ";transport=tls>" : ">");
  }
};

}  // namespace ringfence::admin
