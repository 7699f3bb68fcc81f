// The header of an RTP packet (RFC 3550 §5.1), read with bounds: the fixed part, the CSRC list and
// the extension must fit, and the padding must not be longer than what follows them. Pure; keeps no
// reference to the packet. For an SRTP packet it may be asked before authentication only without
// the padding, which is encrypted.
#pragma once

#include <expected>

#include "media-worker/rtp/big_endian.hpp"
#include "runtime/strong_type.hpp"

namespace ringfence::media_worker {

using Ssrc = Strong<std::uint32_t, struct SsrcTag>;

inline constexpr std::size_t kRtpFixedHeader = 12;

struct RtpHeader {
  std::uint8_t payload_type = 0;
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  Ssrc ssrc;
  std::size_t payload_offset = 0;
};

enum class RtpError : std::uint8_t {
  too_short,
  wrong_version,
  csrc_beyond_packet,
  extension_beyond_packet,
  padding_beyond_packet,
};

// Everything but the padding.
std::expected<RtpHeader, RtpError> read_rtp_header(Octets packet) noexcept;
// The padding too: for plain RTP, or SRTP once it is decrypted.
std::expected<RtpHeader, RtpError> read_rtp_packet(Octets packet) noexcept;

void write_rtp_sequence(std::span<std::uint8_t> packet, std::uint16_t sequence) noexcept;

}  // namespace ringfence::media_worker
