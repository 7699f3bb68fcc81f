// parse: octets to Message in one pass, in place, without exceptions (RFC 3261 §7, §25; R037,
// R038). It decides only whether the octets can be represented; whether a request is acceptable is
// validate_request()'s question. The buffer's folds are turned to spaces; nothing else is changed.
#pragma once

#include <expected>
#include <string>

#include "sip-core/message/message.hpp"
#include "sip-core/message/parse_error.hpp"

namespace ringfence::sip_core::sip {

// A datagram's body may end with the datagram and octets behind it are ignored (R036); a stream's
// frame needs a Content-Length that fits exactly (R028, R034).
enum class Framing { datagram, stream };

std::expected<Message, ParseError> parse(std::string buffer, Framing framing = Framing::datagram);

}  // namespace ringfence::sip_core::sip
