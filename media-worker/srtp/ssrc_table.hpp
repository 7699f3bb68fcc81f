// SsrcTable: the SSRCs that one master key has served. An authenticated peer may be hostile, so
// there is a bound, asked before any work is done. An SSRC is never taken out again: its replay
// window, or our own index under it, would be forgotten.
#pragma once

#include <array>
#include <cstddef>

#include "media-worker/rtp/rtp_packet.hpp"

namespace ringfence::media_worker {

inline constexpr std::size_t kMaxSsrcs = 8;  // R133

class SsrcTable {
 public:
  static constexpr std::size_t kNone = kMaxSsrcs;

  // Where `ssrc` is, or kNone.
  std::size_t find(Ssrc ssrc) const noexcept {
    for (std::size_t i = 0; i < size_; ++i) {
      if (ssrcs_[i] == ssrc) return i;
    }
    return kNone;
  }
  std::size_t size() const noexcept { return size_; }
  Ssrc at(std::size_t place) const noexcept { return ssrcs_[place]; }
  bool full() const noexcept { return size_ == kMaxSsrcs; }
  // Where it is now; kNone when it is new and there is no room.
  std::size_t add(Ssrc ssrc) noexcept {
    const std::size_t known = find(ssrc);
    if (known != kNone || full()) return known;
    ssrcs_[size_] = ssrc;
    return size_++;
  }

 private:
  std::array<Ssrc, kMaxSsrcs> ssrcs_{};
  std::size_t size_ = 0;
};

}  // namespace ringfence::media_worker
