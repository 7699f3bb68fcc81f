#include "admin/selftest/media/reception.hpp"

#include <algorithm>
#include <cmath>

#include "admin/selftest/media/a_law.hpp"
#include "admin/selftest/media/tone.hpp"

namespace ringfence::admin {
namespace {

// 100 ms: whole periods of every tone that is a multiple of 10 Hz, and a gap costs little.
constexpr std::size_t kBlockSamples = 800;
constexpr double kTicksPerMs = kSampleRate / 1000.0;

}  // namespace

void Reception::receive(const RtpPacket& packet, TimePoint now) {
  if (packet.payload_type != kPayloadTypePcma) return;
  measure_jitter(packet, now);
  count(packet.sequence);
  measure_sound(packet);
}

void Reception::count(std::uint16_t sequence) {
  if (packets_++ == 0) lowest_ = highest_ = sequence;
  // The nearest number that ends in these 16 bits.
  const std::int64_t number =
      highest_ + static_cast<std::int16_t>(sequence - static_cast<std::uint16_t>(highest_));
  if (last_sequence_ && static_cast<std::uint16_t>(*last_sequence_ + 1) != sequence) {
    ++gaps_;
    block_.clear();  // a tone with a piece missing is no tone any more
  }
  lowest_ = std::min(lowest_, number);
  highest_ = std::max(highest_, number);
  last_sequence_ = sequence;
}

void Reception::measure_jitter(const RtpPacket& packet, TimePoint now) {
  if (last_arrival_) {
    const double apart_ms =
        std::chrono::duration<double, std::milli>(now - last_arrival_->time).count();
    longest_silence_ms_ = std::max(longest_silence_ms_, apart_ms);
    // Signed, so that it holds across the wrap and for a packet that was overtaken.
    const auto ticks = static_cast<std::int32_t>(packet.timestamp - last_arrival_->timestamp);
    constexpr double kGain = 16.0;  // A.8
    jitter_ms_ += (std::abs(apart_ms - ticks / kTicksPerMs) - jitter_ms_) / kGain;
    jitter_max_ms_ = std::max(jitter_max_ms_, jitter_ms_);
  }
  last_arrival_ = Arrival{now, packet.timestamp};
}

void Reception::measure_sound(const RtpPacket& packet) {
  for (const std::uint8_t octet : packet.payload) {
    block_.push_back(a_law_decode(octet));
    if (block_.size() < kBlockSamples) continue;
    expected_sum_ += tone_share(block_, expected_hertz_);
    own_sum_ += tone_share(block_, own_hertz_);
    blocks_ += 1.0;
    block_.clear();
  }
}

}  // namespace ringfence::admin
