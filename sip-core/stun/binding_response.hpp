// STUN as SIP's keep-alive (RFC 5626 §3.5.2, §8): the answer to a Binding request (RFC 5389) that
// came to a SIP port, so that a phone behind a NAT sees that its flow lives and whether its address
// has changed. No credentials, no other methods, no state. Octets in, octets out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/socket_address.hpp"

namespace ringfence::stun {

// The first two bits are 0 and the cookie stands in its place: no SIP message begins like this.
bool is_message(std::string_view octets);

// A success with XOR-MAPPED-ADDRESS, or 420 with the attributes that we would have to understand
// (§7.3.1); with a FINGERPRINT where the request has one. nullopt: no well-formed Binding request.
std::optional<std::string> binding_response(std::string_view request, const SocketAddress& source);

}  // namespace ringfence::stun
