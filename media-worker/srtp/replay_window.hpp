// ReplayWindow: which packet indexes of one stream were seen, and where the stream stands (RFC 3711
// §3.3.1 and §3.3.2). An index is 48 bits wide for SRTP, roll-over counter and sequence number, and
// 31 for SRTCP. Pure; nothing moves before accept().
#pragma once

#include <bitset>
#include <cstdint>

namespace ringfence::media_worker {

class ReplayWindow {
 public:
  static constexpr std::size_t kSize = 128;  // R128: at least 64

  // The index nearest to where the stream stands.
  std::uint64_t index_of(std::uint16_t sequence) const noexcept {
    const std::uint64_t counter = highest_ >> 16;
    const auto last = static_cast<std::uint16_t>(highest_);
    const bool behind = last < 0x8000 && sequence - last > 0x8000 && counter > 0;
    const bool ahead = last >= 0x8000 && last - 0x8000 > sequence;
    return (behind ? counter - 1 : ahead ? counter + 1 : counter) << 16 | sequence;
  }
  // Neither seen nor older than the window.
  bool is_fresh(std::uint64_t index) const noexcept {
    if (seen_.none() || index > highest_) return true;
    const std::uint64_t age = highest_ - index;
    return age < kSize && !seen_[age];
  }
  void accept(std::uint64_t index) noexcept {
    if (seen_.none() || index > highest_) {
      const std::uint64_t step = index - highest_;
      seen_ = seen_.none() || step >= kSize ? Seen{} : seen_ << step;
      highest_ = index;
    }
    seen_.set(highest_ - index);
  }
  // Where a stream stands that another process saw: nothing up to there is fresh.
  static ReplayWindow at(std::uint64_t highest) noexcept {
    ReplayWindow window;
    window.highest_ = highest;
    window.seen_.set();
    return window;
  }
  std::uint64_t highest() const noexcept { return highest_; }
  // Another key: nothing was seen under it, yet the stream stands where it stood.
  void forget() noexcept { seen_.reset(); }
  std::uint32_t roll_over_counter() const noexcept {
    return static_cast<std::uint32_t>(highest_ >> 16);
  }

 private:
  using Seen = std::bitset<kSize>;
  std::uint64_t highest_ = 0;
  Seen seen_;  // bit n: highest_ - n
};

}  // namespace ringfence::media_worker
