// User agents that stop at the first challenge with an algorithm that they do not know, instead of
// passing it over (RFC 8760 §2.4): offered both, they never register. They are offered MD5 alone.
// Offering it loses nothing: MD5 is offered to everybody, as the second choice.
#pragma once

#include "sip-core/message/message.hpp"

namespace ringfence::sip_core {

bool gives_up_on_sha256(const sip::Message& request);

}  // namespace ringfence::sip_core
