// TokenBucket: how many packets may pass, as a steady rate and a burst. Pure: told the time.
#pragma once

#include <algorithm>
#include <cstdint>

#include "runtime/clock.hpp"

namespace ringfence::media_worker {

class TokenBucket {
 public:
  constexpr TokenBucket(std::uint32_t per_second, std::uint32_t burst)
      : interval_(std::chrono::nanoseconds(std::chrono::seconds(1)) / per_second),
        depth_(interval_ * burst) {}

  // Takes one if there is one.
  bool take(TimePoint now) noexcept {
    // `full_at_` is when the bucket will be full again; each token pushes it one interval away.
    full_at_ = std::max(full_at_, now);
    if (full_at_ - now + interval_ > depth_) return false;
    full_at_ += interval_;
    return true;
  }

 private:
  Duration interval_;
  Duration depth_;
  TimePoint full_at_{};
};

}  // namespace ringfence::media_worker
