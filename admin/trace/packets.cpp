#include "admin/trace/packets.hpp"

#include <algorithm>

namespace ringfence::admin {
namespace {

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::uint8_t kFragmentHeader = 44;  // RFC 8200 §4.5
constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kFragmentOctets = 8;
constexpr std::size_t kTcpHeader = 20;
constexpr std::size_t kSegment = Packets::kMtu - kIpv6Header - kTcpHeader;
constexpr std::size_t kMaxDatagram = 65'507 - kIpv6Header;
constexpr std::size_t kMaxPaths = 65'536;
constexpr Port kSipPort = 5060;

void append(std::uint64_t value, std::size_t octets, std::string& out) {
  for (std::size_t i = octets; i-- > 0;)
    out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

void put16(std::string& packet, std::size_t at, std::uint16_t value) {
  packet[at] = static_cast<char>(value >> 8);
  packet[at + 1] = static_cast<char>(value & 0xff);
}

void append_address(const IpAddress& address, std::string& out) {
  const std::size_t size = address.is_v6() ? 16 : 4;
  for (std::size_t i = 0; i < size; ++i)
    out.push_back(static_cast<char>(address.octets()[i]));
}

// RFC 1071.
std::uint16_t checksum(std::string_view octets) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < octets.size(); i += 2) {
    const auto high = static_cast<std::uint8_t>(octets[i]);
    const std::uint8_t low =
        i + 1 < octets.size() ? static_cast<std::uint8_t>(octets[i + 1]) : std::uint8_t{0};
    sum += static_cast<std::uint64_t>(high << 8 | low);
  }
  while (sum > 0xffff)
    sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum & 0xffff);
}

// Over the pseudo-header too: RFC 768, RFC 9293 §3.1, RFC 8200 §8.1.
std::uint16_t transport_checksum(const IpAddress& source, const IpAddress& destination,
                                 std::uint8_t protocol, const std::string& segment) {
  std::string covered;
  append_address(source, covered);
  append_address(destination, covered);
  if (source.is_v6()) {
    append(segment.size(), 4, covered);
    append(protocol, 4, covered);
  } else {
    append(protocol, 2, covered);
    append(segment.size(), 2, covered);
  }
  return checksum(covered + segment);
}

std::string ethernet(bool is_v6) {
  std::string frame("\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01", 12);
  append(is_v6 ? 0x86dd : 0x0800, 2, frame);
  return frame;
}

// One piece of an IP payload: where it begins, and whether more follow.
struct Piece {
  std::string_view octets;
  std::size_t offset = 0;
  bool more = false;
  bool whole() const { return offset == 0 && !more; }
};

std::string ipv4_frame(const IpAddress& source, const IpAddress& destination, std::uint8_t protocol,
                       std::uint32_t identification, const Piece& piece) {
  std::string header;
  append(0x4500, 2, header);
  append(kIpv4Header + piece.octets.size(), 2, header);
  append(identification, 2, header);
  append((piece.more ? 0x2000U : 0U) | piece.offset / 8, 2, header);
  append(64, 1, header);
  append(protocol, 1, header);
  append(0, 2, header);
  append_address(source, header);
  append_address(destination, header);
  put16(header, 10, checksum(header));
  return ethernet(false) + header + std::string(piece.octets);
}

std::string ipv6_frame(const IpAddress& source, const IpAddress& destination, std::uint8_t protocol,
                       std::uint32_t identification, const Piece& piece) {
  std::string frame = ethernet(true);
  append(0x60000000, 4, frame);
  append(piece.octets.size() + (piece.whole() ? 0 : kFragmentOctets), 2, frame);
  append(piece.whole() ? protocol : kFragmentHeader, 1, frame);
  append(64, 1, frame);
  append_address(source, frame);
  append_address(destination, frame);
  if (!piece.whole()) {
    append(protocol, 1, frame);
    append(0, 1, frame);
    append(piece.offset | (piece.more ? 1U : 0U), 2, frame);
    append(identification, 4, frame);
  }
  return frame + std::string(piece.octets);
}

}  // namespace

std::vector<std::string> Packets::of(const TracedMessage& message) {
  SocketAddress local = message.local;
  if (message.transport == TraceTransport::tls) local.port = kSipPort;
  const Path path = message.direction == TraceDirection::received ? Path(message.remote, local)
                                                                  : Path(local, message.remote);
  std::vector<std::string> frames;
  if (message.transport == TraceTransport::udp && message.octets.size() <= kMaxDatagram) {
    add_datagram(path, message.octets, frames);
  } else {
    add_segments(path, message.octets, frames);
  }
  return frames;
}

void Packets::add_datagram(const Path& path, std::string_view octets,
                           std::vector<std::string>& frames) {
  std::string datagram;
  append(path.first.port, 2, datagram);
  append(path.second.port, 2, datagram);
  append(8 + octets.size(), 2, datagram);
  append(0, 2, datagram);
  datagram += octets;
  const std::uint16_t sum = transport_checksum(path.first.ip, path.second.ip, kUdp, datagram);
  put16(datagram, 6, sum == 0 ? 0xffff : sum);  // RFC 768: zero means none
  add_packet(path, kUdp, datagram, frames);
}

void Packets::add_segments(const Path& path, std::string_view octets,
                           std::vector<std::string>& frames) {
  if (sequence_.size() > kMaxPaths) sequence_.clear();
  std::uint32_t& next = sequence_.try_emplace(path, 1).first->second;
  const std::uint32_t theirs =
      sequence_.try_emplace(Path(path.second, path.first), 1).first->second;
  while (!octets.empty()) {
    const std::string_view piece = octets.substr(0, kSegment);
    octets.remove_prefix(piece.size());
    std::string segment;
    append(path.first.port, 2, segment);
    append(path.second.port, 2, segment);
    append(next, 4, segment);
    append(theirs, 4, segment);
    append(0x5018, 2, segment);  // five words of header; PSH and ACK
    append(0xffff, 2, segment);
    append(0, 4, segment);
    segment += piece;
    put16(segment, 16, transport_checksum(path.first.ip, path.second.ip, kTcp, segment));
    next += static_cast<std::uint32_t>(piece.size());
    add_packet(path, kTcp, segment, frames);
  }
}

void Packets::add_packet(const Path& path, std::uint8_t protocol, const std::string& payload,
                         std::vector<std::string>& frames) {
  const bool is_v6 = path.first.ip.is_v6();
  const std::size_t header = is_v6 ? kIpv6Header : kIpv4Header;
  const bool fits = payload.size() + header <= kMtu;
  // Fragments begin at multiples of eight octets.
  const std::size_t step =
      fits ? payload.size() : (kMtu - header - (is_v6 ? kFragmentOctets : 0)) / 8 * 8;
  ++identification_;
  for (std::size_t at = 0; at < payload.size(); at += step) {
    const Piece piece{std::string_view(payload).substr(at, step), at, at + step < payload.size()};
    frames.push_back(
        is_v6 ? ipv6_frame(path.first.ip, path.second.ip, protocol, identification_, piece)
              : ipv4_frame(path.first.ip, path.second.ip, protocol, identification_, piece));
  }
}

}  // namespace ringfence::admin
