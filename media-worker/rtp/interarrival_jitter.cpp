#include "media-worker/rtp/interarrival_jitter.hpp"

#include <chrono>
#include <utility>

namespace ringfence::media_worker {
namespace {

// No network is this uneven: the source set its timestamps anew.
constexpr std::chrono::seconds kAnotherClock{1};

Duration time_of(std::uint32_t timestamp, std::uint32_t before, std::uint32_t clock_rate) {
  const std::int64_t ticks = static_cast<std::int32_t>(timestamp - before);
  return std::chrono::nanoseconds(ticks * 1'000'000'000 / clock_rate);
}

}  // namespace

void InterarrivalJitter::arrived(const RtpHeader& header, std::uint32_t clock_rate,
                                 TimePoint now) noexcept {
  const Packet before = std::exchange(last_, {header.ssrc, header.timestamp, clock_rate, now});
  if (before.ssrc != last_.ssrc || before.clock_rate != clock_rate) return;
  const Duration apart = now - before.at;
  const Duration difference =
      std::chrono::abs(apart - time_of(header.timestamp, before.timestamp, clock_rate));
  if (difference > kAnotherClock) return;
  // RFC 3550 A.8, in whole numbers.
  sixteenfold_ += difference - (sixteenfold_ + Duration(8)) / 16;
  measured_ = true;
}

std::optional<Duration> InterarrivalJitter::value() const noexcept {
  if (!measured_) return std::nullopt;
  return sixteenfold_ / 16;
}

}  // namespace ringfence::media_worker
