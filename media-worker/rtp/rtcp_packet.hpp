// A compound RTCP packet (RFC 3550 §6.1) as a walk over its parts. RtcpReader checks version and
// length of each part against what is left, and the padding of the last one; it allocates nothing
// and hands out views into the packet. Its first error ends the walk.
#pragma once

#include <expected>
#include <optional>

#include "media-worker/rtp/big_endian.hpp"

namespace ringfence::media_worker {

inline constexpr std::size_t kRtcpHeader = 4;
// RFC 3711 §3.4: header and sender's SSRC stay in the clear.
inline constexpr std::size_t kRtcpClearPart = 8;
// RFC 3550 §6.4.1, §6.4.2.
inline constexpr std::size_t kSenderReportHeader = 28;
inline constexpr std::size_t kReceiverReportHeader = 8;
inline constexpr std::size_t kReportBlock = 24;

// RFC 3550 §12.1, RFC 4585 §6.1, RFC 3611 §2.
enum class RtcpType : std::uint8_t {
  sender_report = 200,
  receiver_report = 201,
  source_description = 202,
  goodbye = 203,
  application = 204,
  transport_feedback = 205,
  payload_feedback = 206,
  extended_report = 207,
};

struct RtcpPart {
  std::uint8_t type = 0;
  std::uint8_t count = 0;   // of reports, chunks or sources; a subtype or format in others
  std::size_t padding = 0;  // octets at the end of `octets`
  std::span<const std::uint8_t> octets;  // header and padding included

  bool is(RtcpType t) const noexcept { return type == static_cast<std::uint8_t>(t); }
  // Where the `count` report blocks begin, if they are there; 0: not a report.
  std::size_t report_blocks_at() const noexcept {
    if (is(RtcpType::sender_report)) return kSenderReportHeader;
    return is(RtcpType::receiver_report) ? kReceiverReportHeader : 0;
  }
};

enum class RtcpError : std::uint8_t {
  too_short,
  wrong_version,
  length_beyond_packet,
  padding_misplaced,
  padding_beyond_part,
};

class RtcpReader {
 public:
  explicit RtcpReader(Octets packet) noexcept : rest_(packet) {}
  // nullopt: the end was reached without an error.
  std::expected<std::optional<RtcpPart>, RtcpError> next() noexcept;

 private:
  Octets rest_;
};

// Whether every part is well-formed and there is at least one.
bool is_well_formed_rtcp(Octets packet) noexcept;

}  // namespace ringfence::media_worker
