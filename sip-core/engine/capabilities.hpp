// What we say of ourselves: the methods, options and bodies that we take. Pure.
#pragma once

#include "sip-core/message/outgoing_message.hpp"

namespace ringfence::sip_core {

// Allow and Supported, on every message that must say so.
void add_capabilities(sip::OutgoingMessage& message);
// All that an OPTIONS or the 200 to one says (RFC 3261 §11).
void describe_options(sip::OutgoingMessage& message);

}  // namespace ringfence::sip_core
