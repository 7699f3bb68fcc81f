// CallEnding: how a call ended and by whose doing, for its call detail record. A value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/clock.hpp"

namespace ringfence::sip_core {

enum class EndedBy : std::uint8_t { caller, callee, us };
constexpr std::string_view to_text(EndedBy by) {
  return by == EndedBy::caller ? "caller" : by == EndedBy::callee ? "callee" : "us";
}

constexpr EndedBy ended_by(std::string_view text) {
  return text == "caller" ? EndedBy::caller : text == "callee" ? EndedBy::callee : EndedBy::us;
}

struct CallEnding {
  EndedBy by = EndedBy::us;
  std::uint16_t status = 0;  // of the final response, or what one would have said
  std::string cause;         // "bye", "cancel", "refused", or why we ended it
  WallTime at{};             // zero: now
};

}  // namespace ringfence::sip_core
