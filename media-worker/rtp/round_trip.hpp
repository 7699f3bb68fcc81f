// RoundTrip: how long the way to one peer and back takes (RFC 3550 §6.4.1): a sender report leaves
// towards it, its reports say which one they heard last and for how long they kept it. Sender
// reports are relayed with the NTP time of whoever made them, so the time that they left is ours to
// remember. Fed with RTCP in the clear; pure, allocates nothing.
#pragma once

#include <array>
#include <optional>

#include "media-worker/rtp/rtp_packet.hpp"
#include "runtime/clock.hpp"

namespace ringfence::media_worker {

class RoundTrip {
 public:
  // A compound goes to the peer.
  void left(Octets compound, TimePoint now) noexcept;
  // One has come from it.
  void arrived(Octets compound, TimePoint now) noexcept;
  // The mean of all that was measured.
  std::optional<Duration> mean() const noexcept;

 private:
  // A report may cross the next two on the way.
  static constexpr std::size_t kRemembered = 3;
  struct SenderReport {
    Ssrc ssrc;
    std::uint32_t middle_ntp = 0;  // 0: none, as in LSR
    TimePoint at;
  };
  void take_block(Octets block, TimePoint now) noexcept;

  std::array<SenderReport, kRemembered> sent_{};
  std::size_t next_ = 0;
  std::uint32_t measurements_ = 0;
  Duration sum_{};
};

}  // namespace ringfence::media_worker
