#include "media-worker/rtp/rtcp_relay.hpp"

#include <algorithm>

#include "media-worker/rtp/rtcp_packet.hpp"

namespace ringfence::media_worker {
namespace {

constexpr std::size_t kExtendedHighestOffset = 8;
constexpr std::uint8_t kItemCname = 1;
// SSRC, the item's type and length, the name, and at least one zero, to a whole word.
constexpr std::size_t kChunkSize = 4 + (2 + kCnameSize + 2);
static_assert(kChunkSize % 4 == 0);

class Writer {
 public:
  explicit Writer(std::span<std::uint8_t> out) noexcept : out_(out) {}

  // The next `size` octets of the output; empty when it is full.
  std::span<std::uint8_t> take(std::size_t size) noexcept {
    if (out_.size() - size_ < size) {
      full_ = true;
      return {};
    }
    size_ += size;
    return out_.subspan(size_ - size, size);
  }
  std::span<std::uint8_t> header(RtcpType type, std::uint8_t count, std::size_t size) noexcept {
    auto part = take(size);
    if (part.empty()) return part;
    part[0] = static_cast<std::uint8_t>(0x80 | count);
    part[1] = static_cast<std::uint8_t>(type);
    write_16(part, 2, static_cast<std::uint16_t>(size / 4 - 1));
    return part;
  }
  bool full() const noexcept { return full_; }
  std::size_t size() const noexcept { return size_; }

 private:
  std::span<std::uint8_t> out_;
  std::size_t size_ = 0;
  bool full_ = false;
};

// A report without its padding and without the profile's extension (RFC 3550 §6.4.3).
bool relay_report(const RtcpPart& part, Writer& writer, const StreamNumbers* numbers) noexcept {
  const std::size_t header = part.report_blocks_at();
  const std::size_t size = header + kReportBlock * part.count;
  if (size + part.padding > part.octets.size()) return false;
  const auto type = static_cast<RtcpType>(part.type);
  auto out = writer.header(type, part.count, size);
  if (out.empty()) return true;
  std::copy_n(part.octets.begin() + kRtcpHeader, size - kRtcpHeader, out.begin() + kRtcpHeader);
  for (std::size_t at = header; numbers != nullptr && at < size; at += kReportBlock) {
    const Ssrc source(read_32(out, at));
    const std::uint32_t highest = read_32(out, at + kExtendedHighestOffset);
    write_32(out, at + kExtendedHighestOffset, numbers->to_source(source, highest));
  }
  return true;
}

// RFC 3550 §6.5: chunks of an SSRC and items up to a zero octet, each chunk to a whole word.
// Returns the offset after the chunk, or 0.
std::size_t end_of_chunk(Octets chunks, std::size_t start) noexcept {
  if (chunks.size() - start < 8) return 0;
  std::size_t at = start + 4;
  while (at < chunks.size() && chunks[at] != 0) {
    if (chunks.size() - at < 2) return 0;
    at += std::size_t{2} + chunks[at + 1];
  }
  if (at >= chunks.size()) return 0;
  return (at + 4) / 4 * 4;
}

bool relay_description(const RtcpPart& part, Writer& writer, const Cname& cname) noexcept {
  const Octets chunks = part.octets.subspan(kRtcpHeader);
  const Octets own = chunks.first(chunks.size() - part.padding);
  auto out = writer.header(RtcpType::source_description, part.count,
                           kRtcpHeader + kChunkSize * part.count);
  std::size_t at = 0;
  for (std::size_t chunk = 0; chunk < part.count; ++chunk) {
    if (at > own.size()) return false;
    const std::size_t end = end_of_chunk(own, at);
    if (end == 0 || end > own.size()) return false;
    if (!out.empty()) {
      auto to = out.subspan(kRtcpHeader + kChunkSize * chunk, kChunkSize);
      std::fill(to.begin(), to.end(), std::uint8_t{0});
      write_32(to, 0, read_32(own, at));
      to[4] = kItemCname;
      to[5] = kCnameSize;
      std::transform(cname.begin(), cname.end(), to.begin() + 6,
                     [](char c) { return static_cast<std::uint8_t>(c); });
    }
    at = end;
  }
  return true;
}

bool relay_goodbye(const RtcpPart& part, Writer& writer) noexcept {
  const std::size_t size = kRtcpHeader + std::size_t{4} * part.count;
  if (size + part.padding > part.octets.size()) return false;
  auto out = writer.header(RtcpType::goodbye, part.count, size);
  if (out.empty()) return true;
  std::copy_n(part.octets.begin() + kRtcpHeader, size - kRtcpHeader, out.begin() + kRtcpHeader);
  return true;
}

bool relay_as_it_is(const RtcpPart& part, Writer& writer) noexcept {
  const std::size_t size = part.octets.size() - part.padding;
  if (size < kRtcpClearPart) return false;
  auto out = writer.header(static_cast<RtcpType>(part.type), part.count, size);
  if (out.empty()) return true;
  std::copy_n(part.octets.begin() + kRtcpHeader, size - kRtcpHeader, out.begin() + kRtcpHeader);
  return true;
}

bool relay_part(const RtcpPart& part, Writer& writer, const Cname& cname,
                const StreamNumbers* numbers) noexcept {
  if (part.report_blocks_at() != 0) return relay_report(part, writer, numbers);
  if (part.is(RtcpType::source_description)) return relay_description(part, writer, cname);
  if (part.is(RtcpType::goodbye)) return relay_goodbye(part, writer);
  if (part.is(RtcpType::transport_feedback) || part.is(RtcpType::payload_feedback) ||
      part.is(RtcpType::extended_report)) {
    return relay_as_it_is(part, writer);
  }
  return true;
}

}  // namespace

std::expected<std::size_t, RelayError> relay_rtcp(Octets in, std::span<std::uint8_t> out,
                                                  const Cname& cname,
                                                  const StreamNumbers* numbers) noexcept {
  RtcpReader reader(in);
  Writer writer(out);
  while (true) {
    const auto part = reader.next();
    if (!part) return std::unexpected(RelayError::malformed);
    if (!*part) break;
    if (!relay_part(**part, writer, cname, numbers)) {
      return std::unexpected(RelayError::malformed);
    }
    if (writer.full()) return std::unexpected(RelayError::too_long);
  }
  // A compound of four octets (an empty SDES or BYE) names no sender: SRTCP could not carry it.
  if (writer.size() < kRtcpClearPart) return std::unexpected(RelayError::nothing_left);
  return writer.size();
}

}  // namespace ringfence::media_worker
