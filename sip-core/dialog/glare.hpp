// Glare (RFC 3261 §14.1): how long a request of ours that crossed the peer's and got 491 waits
// before it is sent again: the owner of the Call-ID later than the other, in steps of 10 ms. Pure.
#pragma once

#include <chrono>
#include <cstdint>

#include "runtime/random.hpp"

namespace ringfence::sip_core {

enum class CallIdOwner : std::uint8_t { us, peer };

std::chrono::milliseconds glare_delay(CallIdOwner owner, Random& random);

}  // namespace ringfence::sip_core
