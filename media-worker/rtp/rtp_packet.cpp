#include "media-worker/rtp/rtp_packet.hpp"

namespace ringfence::media_worker {
namespace {

constexpr std::uint8_t kVersionMask = 0xc0;
constexpr std::uint8_t kVersion2 = 0x80;
constexpr std::uint8_t kPaddingBit = 0x20;
constexpr std::uint8_t kExtensionBit = 0x10;
constexpr std::size_t kSequenceOffset = 2;

}  // namespace

std::expected<RtpHeader, RtpError> read_rtp_header(Octets packet) noexcept {
  if (packet.size() < kRtpFixedHeader) return std::unexpected(RtpError::too_short);
  if ((packet[0] & kVersionMask) != kVersion2) return std::unexpected(RtpError::wrong_version);
  RtpHeader header;
  header.marker = (packet[1] & 0x80) != 0;
  header.payload_type = packet[1] & 0x7f;
  header.sequence = read_16(packet, kSequenceOffset);
  header.timestamp = read_32(packet, 4);
  header.ssrc = Ssrc(read_32(packet, 8));
  header.payload_offset = kRtpFixedHeader + std::size_t{4} * (packet[0] & 0x0f);
  if (header.payload_offset > packet.size()) return std::unexpected(RtpError::csrc_beyond_packet);
  if ((packet[0] & kExtensionBit) != 0) {
    // RFC 3550 §5.3.1: 16 bits of the profile's, then the length in words without this one.
    if (packet.size() - header.payload_offset < 4) {
      return std::unexpected(RtpError::extension_beyond_packet);
    }
    const std::size_t words = read_16(packet, header.payload_offset + 2);
    header.payload_offset += 4 + 4 * words;
    if (header.payload_offset > packet.size()) {
      return std::unexpected(RtpError::extension_beyond_packet);
    }
  }
  return header;
}

std::expected<RtpHeader, RtpError> read_rtp_packet(Octets packet) noexcept {
  auto header = read_rtp_header(packet);
  if (!header || (packet[0] & kPaddingBit) == 0) return header;
  // RFC 3550 §5.1: the last octet counts the padding, itself included.
  const std::size_t padding = packet.back();
  if (padding == 0 || padding > packet.size() - header->payload_offset) {
    return std::unexpected(RtpError::padding_beyond_packet);
  }
  return header;
}

void write_rtp_sequence(std::span<std::uint8_t> packet, std::uint16_t sequence) noexcept {
  write_16(packet, kSequenceOffset, sequence);
}

}  // namespace ringfence::media_worker
