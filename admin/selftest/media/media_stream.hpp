// MediaStream: the sound of one phone in one call: makes its packets (A-law, 20 ms, SRTP, and a
// sender report as SRTCP when asked) and measures what comes in. Pure but for libsrtp2; sockets and
// timers are its owner's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "admin/selftest/media/reception.hpp"
#include "admin/selftest/media/rtp_packet.hpp"
#include "admin/selftest/media/srtp_pair.hpp"
#include "admin/selftest/media/tone.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"

namespace ringfence::admin {

inline constexpr std::chrono::milliseconds kFrame{20};

struct Tones {
  double own_hertz = 0.0;
  double expected_hertz = 0.0;
};

struct MediaMeasurement {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::uint64_t expected = 0;  // from the first to the last that came
  std::uint64_t refused = 0;   // not RTP, or not under the agreed key
  std::uint64_t gaps = 0;
  double jitter_max_ms = 0.0;
  double expected_share = 0.0;
  double own_share = 0.0;
  std::uint64_t reports_sent = 0;
  std::uint64_t reports_received = 0;
  double longest_silence_ms = 0.0;  // between two packets
};

class MediaStream {
 public:
  MediaStream(SrtpPair srtp, const Tones& tones, Random& random);

  // The next 20 ms, protected; nullopt when libsrtp2 refuses.
  std::optional<Octets> next_packet();
  std::optional<Octets> next_report(WallTime now);
  void receive_rtp(std::span<const std::uint8_t> octets, TimePoint now);
  void receive_rtcp(std::span<const std::uint8_t> octets);
  MediaMeasurement measurement() const;

 private:
  SrtpPair srtp_;
  ToneSource tone_;
  Reception reception_;
  std::string cname_;
  std::uint32_t ssrc_;
  std::uint16_t sequence_;
  std::uint32_t timestamp_;
  std::uint32_t packets_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t reports_sent_ = 0;
  std::uint64_t reports_received_ = 0;
};

}  // namespace ringfence::admin
