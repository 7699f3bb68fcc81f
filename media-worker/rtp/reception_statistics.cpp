#include "media-worker/rtp/reception_statistics.hpp"

namespace ringfence::media_worker {
namespace {

constexpr int kMaxDropout = 3000;
constexpr int kMaxMisorder = 100;

}  // namespace

void ReceptionStatistics::open_run(Ssrc ssrc, std::uint16_t sequence) noexcept {
  started_ = true;
  ssrc_ = ssrc;
  base_ = highest_ = sequence;
  received_ = 1;
}

std::uint64_t ReceptionStatistics::lost_in_run() const noexcept {
  if (!started_) return 0;
  const std::uint64_t expected = std::uint64_t{highest_ - base_} + 1;
  return expected > received_ ? expected - received_ : 0;
}

PacketOrder ReceptionStatistics::received(Ssrc ssrc, std::uint16_t sequence) noexcept {
  if (!started_) {
    open_run(ssrc, sequence);
    return PacketOrder::newest;
  }
  const auto step = static_cast<std::int16_t>(
      static_cast<std::uint16_t>(sequence - static_cast<std::uint16_t>(highest_)));
  if (ssrc != ssrc_ || step > kMaxDropout || step < -kMaxMisorder) {
    lost_before_ += lost_in_run();
    open_run(ssrc, sequence);
    return PacketOrder::newest;
  }
  ++received_;
  if (step <= 0) {
    // Reordered from before the first packet of the run: it was expected after all.
    const std::uint32_t extended = highest_ + static_cast<std::uint32_t>(std::int32_t{step});
    if (static_cast<std::int32_t>(extended - base_) < 0) base_ = extended;
    return PacketOrder::late;
  }
  highest_ += static_cast<std::uint32_t>(std::int32_t{step});
  return PacketOrder::newest;
}

}  // namespace ringfence::media_worker
