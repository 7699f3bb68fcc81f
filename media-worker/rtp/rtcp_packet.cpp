#include "media-worker/rtp/rtcp_packet.hpp"

namespace ringfence::media_worker {

std::expected<std::optional<RtcpPart>, RtcpError> RtcpReader::next() noexcept {
  if (rest_.empty()) return std::nullopt;
  if (rest_.size() < kRtcpHeader) return std::unexpected(RtcpError::too_short);
  if ((rest_[0] & 0xc0) != 0x80) return std::unexpected(RtcpError::wrong_version);
  // RFC 3550 §6.4.1: the length in words, without the first.
  const std::size_t size = std::size_t{4} * (read_16(rest_, 2) + std::size_t{1});
  if (size > rest_.size()) return std::unexpected(RtcpError::length_beyond_packet);
  RtcpPart part;
  part.type = rest_[1];
  part.count = rest_[0] & 0x1f;
  part.octets = rest_.first(size);
  if ((rest_[0] & 0x20) != 0) {
    // RFC 3550 §6.4.1: only the last part of a compound may be padded, by whole words.
    if (size != rest_.size()) return std::unexpected(RtcpError::padding_misplaced);
    part.padding = part.octets.back();
    if (part.padding == 0 || part.padding % 4 != 0 || part.padding > size - kRtcpHeader) {
      return std::unexpected(RtcpError::padding_beyond_part);
    }
  }
  rest_ = rest_.subspan(size);
  return part;
}

bool is_well_formed_rtcp(Octets packet) noexcept {
  if (packet.empty()) return false;
  RtcpReader reader(packet);
  while (true) {
    const auto part = reader.next();
    if (!part) return false;
    if (!*part) return true;
  }
}

}  // namespace ringfence::media_worker
