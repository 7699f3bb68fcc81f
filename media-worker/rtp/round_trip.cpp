#include "media-worker/rtp/round_trip.hpp"

#include <algorithm>
#include <chrono>

#include "media-worker/rtp/rtcp_packet.hpp"

namespace ringfence::media_worker {
namespace {

// Peers round the time that they kept a report: on a short way it may be longer than the way.
constexpr std::chrono::milliseconds kRounding{10};
constexpr std::chrono::minutes kLongest{1};

Duration kept_for(std::uint32_t delay_since_last) {
  // RFC 3550 §6.4.1: DLSR counts 1/65536 s.
  return std::chrono::nanoseconds((std::uint64_t{delay_since_last} * 1'000'000'000) >> 16);
}

}  // namespace

void RoundTrip::left(Octets compound, TimePoint now) noexcept {
  RtcpReader reader(compound);
  for (auto part = reader.next(); part && *part; part = reader.next()) {
    const Octets report = (*part)->octets;
    if (!(*part)->is(RtcpType::sender_report) || report.size() < kSenderReportHeader) continue;
    // RFC 3550 §6.4.1, LSR: the middle 32 bits of the 64 of the NTP timestamp.
    sent_[next_] = {Ssrc(read_32(report, 4)), read_32(report, 10), now};
    next_ = (next_ + 1) % kRemembered;
  }
}

void RoundTrip::arrived(Octets compound, TimePoint now) noexcept {
  RtcpReader reader(compound);
  for (auto part = reader.next(); part && *part; part = reader.next()) {
    std::size_t at = (*part)->report_blocks_at();
    if (at == 0) continue;
    const Octets report = (*part)->octets;
    for (std::size_t i = 0; i < (*part)->count; ++i, at += kReportBlock) {
      if (report.size() < at + kReportBlock) break;
      take_block(report.subspan(at, kReportBlock), now);
    }
  }
}

void RoundTrip::take_block(Octets block, TimePoint now) noexcept {
  const Ssrc about(read_32(block, 0));
  const std::uint32_t last_report = read_32(block, 16);
  if (last_report == 0) return;
  const auto sent = std::ranges::find_if(sent_, [&](const SenderReport& report) {
    return report.middle_ntp == last_report && report.ssrc == about;
  });
  if (sent == sent_.end()) return;
  const Duration trip = now - sent->at - kept_for(read_32(block, 20));
  if (trip < -kRounding || trip > kLongest) return;
  sum_ += std::max(trip, Duration::zero());
  ++measurements_;
}

std::optional<Duration> RoundTrip::mean() const noexcept {
  if (measurements_ == 0) return std::nullopt;
  return sum_ / measurements_;
}

}  // namespace ringfence::media_worker
