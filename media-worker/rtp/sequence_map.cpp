#include "media-worker/rtp/sequence_map.hpp"

namespace ringfence::media_worker {
namespace {

// RFC 3550 A.1's bounds of what is still the same run of packets.
constexpr int kMaxDropout = 3000;
constexpr int kMaxMisorder = 100;

// RFC 4568 §6.4: 0 to 2^15 - 1; and far enough from 0 that a packet from before the first one
// stays above it, for an index cannot go below zero.
std::uint16_t first_number(std::uint16_t incoming) {
  const auto low = static_cast<std::uint16_t>(incoming & 0x7fff);
  return low < kMaxMisorder ? static_cast<std::uint16_t>(low + kMaxMisorder) : low;
}

}  // namespace

std::optional<std::uint16_t> SequenceMap::outgoing(std::uint16_t incoming) noexcept {
  if (!started_) {
    started_ = true;
    highest_ = incoming;
    const std::uint16_t first = first_number(incoming);
    offset_ = std::uint32_t{first} - incoming;
    return first;
  }
  if (resuming_) {
    resuming_ = false;
    highest_ = incoming;
    offset_ = *floor_ + 1 - incoming;
    return static_cast<std::uint16_t>(*floor_ + 1);
  }
  const auto step = static_cast<std::int16_t>(
      static_cast<std::uint16_t>(incoming - static_cast<std::uint16_t>(highest_)));
  if (step > kMaxDropout || step < -kMaxMisorder) {
    // The source started anew: it goes on, for our receiver, where it stopped.
    offset_ += highest_ + 1 - incoming;
    highest_ = incoming;
    return static_cast<std::uint16_t>(highest_ + offset_);
  }
  const std::uint32_t extended = highest_ + static_cast<std::uint32_t>(std::int32_t{step});
  const std::uint32_t ours = extended + offset_;
  if (floor_ && static_cast<std::int32_t>(ours - *floor_) <= 0) return std::nullopt;
  if (step > 0) highest_ = extended;
  return static_cast<std::uint16_t>(ours);
}

}  // namespace ringfence::media_worker
