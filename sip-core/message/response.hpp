// make_response: a response to a request we received (RFC 3261 §8.2.6): Via, From, To, Call-ID and
// CSeq copied, Record-Route where it founds a dialog (§12.1.1), Timestamp in a 100. Contact, Allow
// and the body are the caller's to add. There is no response to an ACK: callers must not ask.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/socket_address.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"
#include "sip-core/message/parse_error.hpp"

namespace ringfence::sip_core::sip {

// `source`: where the request came from. It gives received and rport in the topmost Via (RFC 3261
// §18.2.1, RFC 3581 §4, R027), whatever the wire said there; nullopt leaves the Via as it is.
// `to_tag` is added when To has none and the status is not 100; "" adds none.
OutgoingMessage make_response(const Message& request, int status, std::string_view reason,
                              std::string_view to_tag,
                              const std::optional<SocketAddress>& source = std::nullopt);

// The answer to octets that did not parse, where RFC 3261 permits one.
std::optional<OutgoingMessage> make_error_response(
    const ParseError& error, std::string_view to_tag,
    const std::optional<SocketAddress>& source = std::nullopt);

// The topmost via-parm with received and rport filled in for `source`.
std::string via_with_source(std::string_view via, const SocketAddress& source);

}  // namespace ringfence::sip_core::sip
