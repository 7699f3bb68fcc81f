// ClockWatch: tells when somebody set the wall clock: it has moved against the monotonic one by
// more than a clock that is only steered ever does. Pure.
#pragma once

#include <chrono>
#include <optional>

#include "runtime/clock.hpp"

namespace ringfence::sip_core {

class ClockWatch {
 public:
  static constexpr std::chrono::seconds kInterval{5};  // between two looks
  static constexpr std::chrono::seconds kJump{2};

  ClockWatch(TimePoint now, WallTime wall) : now_(now), wall_(wall) {}

  // By how much since the last look, where that is a jump.
  std::optional<WallTime::duration> look(TimePoint now, WallTime wall) {
    const auto expected = wall_ + std::chrono::duration_cast<WallTime::duration>(now - now_);
    const auto off = wall - expected;
    if (off > -kJump && off < kJump) return std::nullopt;
    now_ = now;
    wall_ = wall;
    return off;
  }

 private:
  TimePoint now_;
  WallTime wall_;
};

}  // namespace ringfence::sip_core
