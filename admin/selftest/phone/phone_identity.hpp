// PhoneIdentity: who a selftest phone is and where it is reached, as its messages say it.
#pragma once

#include <string>

#include "runtime/socket_address.hpp"

namespace ringfence::admin {

struct PhoneIdentity {
  std::string username;
  std::string domain;
  std::string password;
  SocketAddress local;  // its end of the TLS connection

  std::string domain_uri() const { return "sip:" + domain; }
  std::string address_of_record() const { return "sip:" + username + "@" + domain; }
  // The connection that it registers over is the way to it.
  std::string contact() const {
    return "<sip:" + username + "@" + local.ip.in_brackets() + ":" + std::to_string(local.port) +
           ";transport=tls>";
  }
};

}  // namespace ringfence::admin
