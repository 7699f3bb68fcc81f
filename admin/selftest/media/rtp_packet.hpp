// RTP and RTCP as the selftest's phones speak them (RFC 3550 §5.1, §6.4.1): plain A-law packets and
// sender reports. Reading is strict and gives views into the packet.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "admin/selftest/media/big_endian.hpp"

namespace ringfence::admin {

inline constexpr std::uint8_t kPayloadTypePcma = 8;  // RFC 3551 §6

struct RtpPacket {
  std::uint8_t payload_type = kPayloadTypePcma;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;  // of 8000 per second
  std::uint32_t ssrc = 0;
  std::span<const std::uint8_t> payload;
};

Octets write_rtp(const RtpPacket& packet);
std::optional<RtpPacket> parse_rtp(std::span<const std::uint8_t> octets);

struct SenderReport {
  std::uint32_t ssrc = 0;
  std::uint64_t ntp_time = 0;  // 32.32 seconds since 1900
  std::uint32_t rtp_timestamp = 0;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
};

// A compound packet: the report and a CNAME (RFC 3550 §6.1 wants both).
Octets write_sender_report(const SenderReport& report, std::string_view cname);
// Whether these octets begin as a sender report does.
bool is_sender_report(std::span<const std::uint8_t> octets);

}  // namespace ringfence::admin
