// Reception: what one phone hears, measured: packets, losses and jitter after RFC 3550 §6.4.1 and
// A.8, and how much of the sound is the tone that the other phone sends. Pure: it is told when a
// packet came. Jitter in milliseconds, shares from 0 to 1.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "admin/selftest/media/rtp_packet.hpp"
#include "runtime/clock.hpp"

namespace ringfence::admin {

class Reception {
 public:
  // `expected`: the other phone's tone. `own`: ours, which must not come back.
  Reception(double expected_hertz, double own_hertz)
      : expected_hertz_(expected_hertz), own_hertz_(own_hertz) {}

  void receive(const RtpPacket& packet, TimePoint now);

  std::uint64_t packets() const { return packets_; }
  // From the first to the last by their numbers, whether they came or not (RFC 3550 A.3).
  std::uint64_t expected() const {
    return packets_ == 0 ? 0 : static_cast<std::uint64_t>(highest_ - lowest_ + 1);
  }
  std::uint64_t gaps() const { return gaps_; }  // places where a sequence number did not follow
  double jitter_max_ms() const { return jitter_max_ms_; }
  double longest_silence_ms() const { return longest_silence_ms_; }  // between two packets
  double expected_share() const { return blocks_ == 0 ? 0.0 : expected_sum_ / blocks_; }
  double own_share() const { return blocks_ == 0 ? 0.0 : own_sum_ / blocks_; }

 private:
  struct Arrival {
    TimePoint time;
    std::uint32_t timestamp = 0;
  };
  void count(std::uint16_t sequence);
  void measure_jitter(const RtpPacket& packet, TimePoint now);
  void measure_sound(const RtpPacket& packet);

  double expected_hertz_;
  double own_hertz_;
  std::uint64_t packets_ = 0;
  std::uint64_t gaps_ = 0;
  std::int64_t lowest_ = 0;  // numbers without their wrap, from the first packet's
  std::int64_t highest_ = 0;
  std::optional<std::uint16_t> last_sequence_;
  std::optional<Arrival> last_arrival_;
  double jitter_ms_ = 0.0;
  double jitter_max_ms_ = 0.0;
  double longest_silence_ms_ = 0.0;
  std::vector<std::int16_t> block_;
  double blocks_ = 0.0;
  double expected_sum_ = 0.0;
  double own_sum_ = 0.0;
};

}  // namespace ringfence::admin
