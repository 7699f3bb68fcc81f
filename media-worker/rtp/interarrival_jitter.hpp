// InterarrivalJitter: how unevenly a stream arrives (RFC 3550 §6.4.1 and A.8), smoothed over some
// 16 packets and kept as a time, so that a change of codec does not change the unit. Fed with
// accepted packets whose clock rate is known; pure, no clock of its own.
#pragma once

#include <optional>

#include "media-worker/rtp/rtp_packet.hpp"
#include "runtime/clock.hpp"

namespace ringfence::media_worker {

class InterarrivalJitter {
 public:
  // `clock_rate` in hertz, not 0.
  void arrived(const RtpHeader& header, std::uint32_t clock_rate, TimePoint now) noexcept;
  // Absent until two packets of one stream have come.
  std::optional<Duration> value() const noexcept;

 private:
  struct Packet {
    Ssrc ssrc;
    std::uint32_t timestamp = 0;
    std::uint32_t clock_rate = 0;  // 0: there was none
    TimePoint at;
  };
  Packet last_;
  bool measured_ = false;
  Duration sixteenfold_{};
};

}  // namespace ringfence::media_worker
