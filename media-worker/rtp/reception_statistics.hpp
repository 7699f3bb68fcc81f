// ReceptionStatistics: what one leg received, and by the extended sequence number what it did not
// (RFC 3550 A.1 and A.3). A new SSRC or a restart of the source closes the sum of the old run and
// opens another. Fed with accepted packets only; pure, no clock.
#pragma once

#include <cstdint>

#include "media-worker/rtp/rtp_packet.hpp"

namespace ringfence::media_worker {

enum class PacketOrder : std::uint8_t { newest, late };

class ReceptionStatistics {
 public:
  PacketOrder received(Ssrc ssrc, std::uint16_t sequence) noexcept;
  // Over all runs; duplicates never make it negative.
  std::uint64_t lost() const noexcept { return lost_before_ + lost_in_run(); }

 private:
  void open_run(Ssrc ssrc, std::uint16_t sequence) noexcept;
  std::uint64_t lost_in_run() const noexcept;

  bool started_ = false;
  Ssrc ssrc_;
  std::uint32_t base_ = 0;
  std::uint32_t highest_ = 0;  // extended
  std::uint64_t received_ = 0;
  std::uint64_t lost_before_ = 0;
};

}  // namespace ringfence::media_worker
