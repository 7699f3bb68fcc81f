// KeyPress: a key of a telephone as a SIP INFO tells it: application/dtmf-relay ("Signal=5",
// "Duration=160") or application/dtmf ("5"). Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "sip-core/message/message.hpp"

namespace ringfence::sip_core {

struct KeyPress {
  std::uint8_t event = 0;  // RFC 4733 §3.2: 0 to 9, 10 is *, 11 is #, 12 to 15 are A to D
  std::chrono::milliseconds duration{160};  // within what an ear takes for a key: 40 to 5000
};

// Whether the INFO means to tell one; what it says may be none all the same.
bool tells_key(const sip::Message& info);
std::optional<KeyPress> read_key_press(const sip::Message& info);

}  // namespace ringfence::sip_core
