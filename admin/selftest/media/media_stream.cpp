#include "admin/selftest/media/media_stream.hpp"

#include <array>

#include "admin/selftest/media/a_law.hpp"

namespace ringfence::admin {
namespace {

constexpr std::size_t kFrameSamples = 160;

// Seconds since 1900 with 32 bits of fraction (RFC 3550 §4).
std::uint64_t ntp_time(WallTime now) {
  constexpr std::uint64_t k1900To1970 = 2'208'988'800U;
  const auto since_1970 = now.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_1970);
  const auto rest = std::chrono::duration<double>(since_1970 - seconds).count();
  const auto fraction = static_cast<std::uint64_t>(rest * 4294967296.0);
  return ((static_cast<std::uint64_t>(seconds.count()) + k1900To1970) << 32) | fraction;
}

}  // namespace

MediaStream::MediaStream(SrtpPair srtp, const Tones& tones, Random& random)
    : srtp_(std::move(srtp)),
      tone_(tones.own_hertz),
      reception_(tones.expected_hertz, tones.own_hertz),
      cname_(random.token(8)),
      ssrc_(static_cast<std::uint32_t>(random.number())),
      // RFC 3711 §3.3.1: low at first, so that a loss around the wrap cannot spoil the index.
      sequence_(static_cast<std::uint16_t>(random.number() & 0x7fff)),
      timestamp_(static_cast<std::uint32_t>(random.number())) {}

std::optional<Octets> MediaStream::next_packet() {
  std::array<std::uint8_t, kFrameSamples> payload{};
  for (std::uint8_t& octet : payload)
    octet = a_law_encode(tone_.next());
  Octets packet = write_rtp({kPayloadTypePcma, sequence_, timestamp_, ssrc_, payload});
  ++sequence_;
  timestamp_ += kFrameSamples;
  ++packets_;
  return srtp_.protect_rtp(std::move(packet));
}

std::optional<Octets> MediaStream::next_report(WallTime now) {
  const SenderReport report{ssrc_, ntp_time(now), timestamp_, packets_,
                            packets_ * static_cast<std::uint32_t>(kFrameSamples)};
  ++reports_sent_;
  return srtp_.protect_rtcp(write_sender_report(report, cname_));
}

void MediaStream::receive_rtp(std::span<const std::uint8_t> octets, TimePoint now) {
  const auto plain = srtp_.unprotect_rtp(Octets(octets.begin(), octets.end()));
  const auto packet = plain ? parse_rtp(*plain) : std::nullopt;
  if (!packet) {
    ++refused_;
    return;
  }
  reception_.receive(*packet, now);
}

void MediaStream::receive_rtcp(std::span<const std::uint8_t> octets) {
  const auto plain = srtp_.unprotect_rtcp(Octets(octets.begin(), octets.end()));
  if (!plain) {
    ++refused_;
    return;
  }
  if (is_sender_report(*plain)) ++reports_received_;
}

MediaMeasurement MediaStream::measurement() const {
  return {packets_,
          reception_.packets(),
          reception_.expected(),
          refused_,
          reception_.gaps(),
          reception_.jitter_max_ms(),
          reception_.expected_share(),
          reception_.own_share(),
          reports_sent_,
          reports_received_,
          reception_.longest_silence_ms()};
}

}  // namespace ringfence::admin
