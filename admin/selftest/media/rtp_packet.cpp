#include "admin/selftest/media/rtp_packet.hpp"

namespace ringfence::admin {
namespace {

constexpr std::uint8_t kVersion2 = 0x80;
constexpr std::size_t kFixedHeader = 12;
constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kSourceDescription = 202;
constexpr std::uint8_t kCname = 1;

}  // namespace

Octets write_rtp(const RtpPacket& packet) {
  Octets out;
  out.reserve(kFixedHeader + packet.payload.size());
  out.push_back(kVersion2);
  out.push_back(packet.payload_type);
  append_big_endian(out, packet.sequence);
  append_big_endian(out, packet.timestamp);
  append_big_endian(out, packet.ssrc);
  out.insert(out.end(), packet.payload.begin(), packet.payload.end());
  return out;
}

std::optional<RtpPacket> parse_rtp(std::span<const std::uint8_t> octets) {
  if (octets.size() < kFixedHeader || (octets[0] & 0xc0) != kVersion2) return std::nullopt;
  std::size_t begin = kFixedHeader + std::size_t{4} * (octets[0] & 15U);
  if ((octets[0] & 0x10) != 0) {  // §5.3.1: an extension of whole words
    if (octets.size() < begin + 4) return std::nullopt;
    begin += 4 + std::size_t{4} * read_big_endian<std::uint16_t>(octets, begin + 2);
  }
  if (octets.size() < begin) return std::nullopt;
  std::size_t end = octets.size();
  if ((octets[0] & 0x20) != 0) {  // §5.1: the last octet counts the padding
    const std::size_t padding = octets.back();
    if (padding == 0 || padding > end - begin) return std::nullopt;
    end -= padding;
  }
  RtpPacket packet;
  packet.payload_type = octets[1] & 0x7f;
  packet.sequence = read_big_endian<std::uint16_t>(octets, 2);
  packet.timestamp = read_big_endian<std::uint32_t>(octets, 4);
  packet.ssrc = read_big_endian<std::uint32_t>(octets, 8);
  packet.payload = octets.subspan(begin, end - begin);
  return packet;
}

Octets write_sender_report(const SenderReport& report, std::string_view cname) {
  Octets out;
  out.push_back(kVersion2);
  out.push_back(kSenderReport);
  append_big_endian<std::uint16_t>(out, 6);  // words behind the first
  append_big_endian(out, report.ssrc);
  append_big_endian(out, report.ntp_time);
  append_big_endian(out, report.rtp_timestamp);
  append_big_endian(out, report.packets);
  append_big_endian(out, report.octets);
  const std::size_t description = out.size();
  out.push_back(kVersion2 | 1);  // one chunk
  out.push_back(kSourceDescription);
  append_big_endian<std::uint16_t>(out, 0);
  append_big_endian(out, report.ssrc);
  out.push_back(kCname);
  out.push_back(static_cast<std::uint8_t>(cname.size()));
  out.insert(out.end(), cname.begin(), cname.end());
  // §6.5: the list ends with at least one null octet, up to the next word.
  do
    out.push_back(0);
  while (out.size() % 4 != 0);
  out[description + 3] = static_cast<std::uint8_t>((out.size() - description) / 4 - 1);
  return out;
}

bool is_sender_report(std::span<const std::uint8_t> octets) {
  constexpr std::size_t kShortest = 28;
  return octets.size() >= kShortest && (octets[0] & 0xc0) == kVersion2 &&
         octets[1] == kSenderReport;
}

}  // namespace ringfence::admin
