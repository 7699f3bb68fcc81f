#include "sip-core/trace/hep3_packet.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <chrono>

namespace ringfence::sip_core::trace {
namespace {

// HEP3 specification, table of chunk types (vendor 0).
enum class Chunk : std::uint16_t {
  ip_family = 0x0001,
  ip_protocol = 0x0002,
  source_v4 = 0x0003,
  destination_v4 = 0x0004,
  source_v6 = 0x0005,
  destination_v6 = 0x0006,
  source_port = 0x0007,
  destination_port = 0x0008,
  seconds = 0x0009,
  microseconds = 0x000a,
  payload_type = 0x000b,
  capture_id = 0x000c,
  password = 0x000e,
  payload = 0x000f,
  correlation = 0x0011,
};

constexpr std::uint8_t kSip = 1;
constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::size_t kChunkHeader = 6;
constexpr std::size_t kMaxPacket = 65'000;  // must fit a datagram

void append(std::uint64_t value, std::size_t octets, std::string& out) {
  for (std::size_t i = octets; i-- > 0;)
    out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

void append_chunk(Chunk chunk, std::string_view value, std::string& out) {
  append(0, 2, out);
  append(static_cast<std::uint16_t>(chunk), 2, out);
  append(kChunkHeader + value.size(), 2, out);
  out += value;
}

void append_number(Chunk chunk, std::uint64_t value, std::size_t octets, std::string& out) {
  append(0, 2, out);
  append(static_cast<std::uint16_t>(chunk), 2, out);
  append(kChunkHeader + octets, 2, out);
  append(value, octets, out);
}

void append_address(Chunk v4, Chunk v6, const IpAddress& address, std::string& out) {
  const std::size_t size = address.is_v6() ? 16 : 4;
  const std::string value(address.octets().begin(),
                          address.octets().begin() + static_cast<std::ptrdiff_t>(size));
  append_chunk(address.is_v6() ? v6 : v4, value, out);
}

}  // namespace

void write_hep3(const TraceMessage& message, const Hep3Sender& sender, std::string_view correlation,
                std::string& out) {
  const bool received = message.direction == Direction::received;
  const SocketAddress& source = received ? message.remote : message.local;
  const SocketAddress& destination = received ? message.local : message.remote;
  const auto since = std::chrono::floor<std::chrono::microseconds>(message.time.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const std::size_t start = out.size();
  out += "HEP3";
  append(0, 2, out);
  append_number(Chunk::ip_family, message.remote.ip.is_v6() ? AF_INET6 : AF_INET, 1, out);
  append_number(Chunk::ip_protocol, message.transport == TransportKind::udp ? kUdp : kTcp, 1, out);
  append_address(Chunk::source_v4, Chunk::source_v6, source.ip, out);
  append_address(Chunk::destination_v4, Chunk::destination_v6, destination.ip, out);
  append_number(Chunk::source_port, source.port, 2, out);
  append_number(Chunk::destination_port, destination.port, 2, out);
  append_number(Chunk::seconds, static_cast<std::uint64_t>(seconds.count()), 4, out);
  append_number(Chunk::microseconds, static_cast<std::uint64_t>((since - seconds).count()), 4, out);
  append_number(Chunk::payload_type, kSip, 1, out);
  append_number(Chunk::capture_id, sender.capture_id, 4, out);
  if (!sender.password.empty()) append_chunk(Chunk::password, sender.password, out);
  if (!correlation.empty()) append_chunk(Chunk::correlation, correlation, out);
  const std::size_t room = kMaxPacket - std::min(kMaxPacket, out.size() - start + kChunkHeader);
  append_chunk(Chunk::payload, message.octets.substr(0, room), out);
  std::string length;
  append(out.size() - start, 2, length);
  out.replace(start + 4, 2, length);
}

}  // namespace ringfence::sip_core::trace
