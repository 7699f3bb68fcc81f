// What a call is known by inside sip-core: its number, ours and unique within the life of the
// process, and which of its two sides a leg is. Values.
#pragma once

#include <cstdint>

#include "runtime/strong_type.hpp"

namespace ringfence::sip_core {

using CallNumber = Strong<std::uint64_t, struct CallNumberTag>;

enum class CallSide : std::uint8_t { a, b };  // the caller's, the called party's
constexpr CallSide other(CallSide side) {
  return side == CallSide::a ? CallSide::b : CallSide::a;
}

}  // namespace ringfence::sip_core
