#include "admin/trace/packets.hpp"

#include <gmock/gmock.h>

namespace ringfence::admin {
namespace {

constexpr std::size_t kEthernet = 14;

TracedMessage message(TraceTransport transport, std::string octets,
                      TraceDirection direction = TraceDirection::received) {
  TracedMessage traced;
  traced.transport = transport;
  traced.direction = direction;
  traced.local = *SocketAddress::parse("192.0.2.1:5061");
  traced.remote = *SocketAddress::parse("198.51.100.2:40000");
  traced.octets = std::move(octets);
  return traced;
}

std::uint32_t number(const std::string& frame, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value = value << 8 | static_cast<std::uint8_t>(frame.at(at + i));
  return value;
}

// RFC 1071: over valid octets, their checksum included, the sum is all ones.
std::uint32_t sum_of(std::string_view octets, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const auto octet = static_cast<std::uint8_t>(octets[i]);
    sum += i % 2 == 0 ? static_cast<std::uint32_t>(octet) << 8 : octet;
  }
  while (sum > 0xffff)
    sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

TEST(Packets, WritesADatagramWithTrueAddressesAndValidChecksums) {
  Packets packets;
  const auto frames = packets.of(message(TraceTransport::udp, "BYE"));
  ASSERT_EQ(frames.size(), 1U);
  const std::string& frame = frames[0];
  EXPECT_EQ(frame.size(), kEthernet + 20 + 8 + 3);
  EXPECT_EQ(number(frame, 12, 2), 0x0800U);
  EXPECT_EQ(number(frame, 14, 1), 0x45U);
  EXPECT_EQ(number(frame, 23, 1), 17U);
  EXPECT_EQ(frame.substr(26, 4), std::string("\xc6\x33\x64\x02"));  // from the peer
  EXPECT_EQ(number(frame, 34, 2), 40000U);
  EXPECT_EQ(number(frame, 36, 2), 5061U);
  EXPECT_EQ(frame.substr(42), "BYE");
  const std::string_view ip(frame.data() + kEthernet, 20);
  EXPECT_EQ(sum_of(ip), 0xffffU);
  const std::string_view udp(frame.data() + kEthernet + 20, 11);
  // Pseudo-header: addresses, protocol, length.
  EXPECT_EQ(sum_of(udp, sum_of(ip.substr(12), 17 + 11)), 0xffffU);
}

TEST(Packets, CutsALongDatagramIntoFragmentsThatMeet) {
  Packets packets;
  const std::string octets(4000, 'x');
  const auto frames = packets.of(message(TraceTransport::udp, octets));
  ASSERT_EQ(frames.size(), 3U);
  std::size_t offset = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_LE(frames[i].size(), kEthernet + Packets::kMtu);
    EXPECT_EQ(number(frames[i], 18, 2), number(frames[0], 18, 2)) << "one identification";
    EXPECT_EQ(number(frames[i], 20, 2), (i + 1 < frames.size() ? 0x2000 : 0) | offset / 8);
    EXPECT_EQ(sum_of(std::string_view(frames[i]).substr(kEthernet, 20)), 0xffffU);
    offset += frames[i].size() - kEthernet - 20;
  }
  EXPECT_EQ(offset, 8 + octets.size());
  EXPECT_NE(number(packets.of(message(TraceTransport::udp, "y"))[0], 18, 2),
            number(frames[0], 18, 2));
}

TEST(Packets, WritesAStreamAsSegmentsWhoseNumbersRunOn) {
  Packets packets;
  const auto first = packets.of(message(TraceTransport::tcp, std::string(2000, 'a')));
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(number(first[0], 38, 4), 1U);
  EXPECT_EQ(number(first[1], 38, 4), 1 + first[0].size() - kEthernet - 40);
  const auto answer =
      packets.of(message(TraceTransport::tcp, "SIP/2.0 200 OK", TraceDirection::sent));
  EXPECT_EQ(number(answer[0], 34, 2), 5061U);
  EXPECT_EQ(number(answer[0], 38, 4), 1U);
  EXPECT_EQ(number(answer[0], 42, 4), 2001U) << "it acknowledges";
  EXPECT_EQ(number(packets.of(message(TraceTransport::tcp, "b"))[0], 38, 4), 2001U);
}

TEST(Packets, WritesATlsLegInTheClearWithOurPortAs5060) {
  Packets packets;
  const auto frame = packets.of(message(TraceTransport::tls, "BYE")).at(0);
  EXPECT_EQ(number(frame, 23, 1), 6U);
  EXPECT_EQ(number(frame, 34, 2), 40000U) << "the peer's port is the true one";
  EXPECT_EQ(number(frame, 36, 2), 5060U);
  EXPECT_EQ(frame.substr(54), "BYE");
}

TEST(Packets, WritesIpv6WithFragmentHeaders) {
  Packets packets;
  auto traced = message(TraceTransport::udp, std::string(3000, 'x'));
  traced.local.ip = *IpAddress::parse("2001:db8::1");
  traced.remote.ip = *IpAddress::parse("2001:db8::2");
  const auto frames = packets.of(traced);
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(number(frames[0], 12, 2), 0x86ddU);
  EXPECT_EQ(number(frames[0], 20, 1), 44U);
  EXPECT_EQ(number(frames[0], 54, 1), 17U);
  EXPECT_EQ(number(frames[1], 56, 2), 1448U | 1U);
  EXPECT_EQ(number(frames[2], 56, 2), 2896U);
  traced.octets = "short";
  EXPECT_EQ(number(packets.of(traced).at(0), 20, 1), 17U);
}

}  // namespace
}  // namespace ringfence::admin
