#include "sip-core/trace/hep3_packet.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace ringfence::sip_core::trace {
namespace {

std::string octets(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values)
    text.push_back(static_cast<char>(value));
  return text;
}

TraceMessage received() {
  TraceMessage message;
  message.time = WallTime(std::chrono::seconds(0x01020304) + std::chrono::microseconds(0x0a0b));
  message.direction = Direction::received;
  message.transport = TransportKind::udp;
  message.local = *SocketAddress::parse("192.0.2.1:5060");
  message.remote = *SocketAddress::parse("198.51.100.2:40000");
  message.octets = "BYE";
  return message;
}

TEST(Hep3Packet, IsWrittenOctetByOctetAsTheSpecificationSays) {
  std::string packet;
  write_hep3(received(), {7, "pw"}, "c1", packet);
  EXPECT_EQ(packet, "HEP3" + octets({0, 0x76})                              // whole length
                        + octets({0, 0, 0, 0x01, 0, 7, 2})                  // AF_INET
                        + octets({0, 0, 0, 0x02, 0, 7, 17})                 // UDP
                        + octets({0, 0, 0, 0x03, 0, 10, 198, 51, 100, 2})   // source: the peer
                        + octets({0, 0, 0, 0x04, 0, 10, 192, 0, 2, 1})      // destination: us
                        + octets({0, 0, 0, 0x07, 0, 8, 0x9c, 0x40})         // 40000
                        + octets({0, 0, 0, 0x08, 0, 8, 0x13, 0xc4})         // 5060
                        + octets({0, 0, 0, 0x09, 0, 10, 1, 2, 3, 4})        // seconds
                        + octets({0, 0, 0, 0x0a, 0, 10, 0, 0, 0x0a, 0x0b})  // microseconds
                        + octets({0, 0, 0, 0x0b, 0, 7, 1})                  // SIP
                        + octets({0, 0, 0, 0x0c, 0, 10, 0, 0, 0, 7})        // capture id
                        + octets({0, 0, 0, 0x0e, 0, 8, 'p', 'w'})           // password
                        + octets({0, 0, 0, 0x11, 0, 8, 'c', '1'})           // correlation
                        + octets({0, 0, 0, 0x0f, 0, 9, 'B', 'Y', 'E'}));    // the message
}

TEST(Hep3Packet, TurnsTheAddressesRoundForWhatWeSentAndWritesIpv6) {
  TraceMessage message = received();
  message.direction = Direction::sent;
  message.transport = TransportKind::tls;
  message.local = *SocketAddress::parse("[2001:db8::1]:5061");
  message.remote = *SocketAddress::parse("[2001:db8::2]:40000");
  std::string packet = "before";
  write_hep3(message, {}, "", packet);
  EXPECT_TRUE(packet.starts_with("beforeHEP3"));
  packet.erase(0, 6);
  EXPECT_EQ(static_cast<unsigned char>(packet[5]), packet.size());
  EXPECT_EQ(packet[12], 10);  // AF_INET6
  EXPECT_EQ(packet[19], 6);   // a stream: TCP
  EXPECT_EQ(packet.substr(20, 6), octets({0, 0, 0, 0x05, 0, 22}));
  EXPECT_EQ(packet[41], 1) << "the source is ours";
  EXPECT_EQ(packet.substr(42, 6), octets({0, 0, 0, 0x06, 0, 22}));
  EXPECT_EQ(packet[63], 2);
  EXPECT_EQ(packet.find(octets({0, 0, 0, 0x0e})), packet.npos) << "no password, no chunk";
  EXPECT_EQ(packet.find(octets({0, 0, 0, 0x11})), packet.npos);
}

TEST(Hep3Packet, CutsAMessageThatFitsNoDatagram) {
  const std::string large(70'000, 'x');
  TraceMessage message = received();
  message.octets = large;
  std::string packet;
  write_hep3(message, {}, "c", packet);
  EXPECT_EQ(packet.size(), 65'000U);
  EXPECT_EQ(octets({packet[4], packet[5]}), octets({0xfd, 0xe8}));
}

}  // namespace
}  // namespace ringfence::sip_core::trace
