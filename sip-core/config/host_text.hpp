// host_text: a host as URIs and Via write it: an IPv6 address in brackets (RFC 3261 §25.1), a name
// or any other address as it is.
#pragma once

#include <string>

#include "runtime/socket_address.hpp"

namespace ringfence::sip_core {

inline std::string host_text(const std::string& host) {
  const auto address = IpAddress::parse(host);
  return address ? address->in_brackets() : host;
}

}  // namespace ringfence::sip_core
