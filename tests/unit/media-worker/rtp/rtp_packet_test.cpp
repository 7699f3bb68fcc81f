#include "media-worker/rtp/rtp_packet.hpp"

#include <gtest/gtest.h>

#include "media-worker/rtp/packet_kind.hpp"
#include "support/packets.hpp"

namespace ringfence::media_worker::test {
namespace {

TEST(RtpPacket, reads_every_field_of_the_fixed_header) {
  const auto header =
      read_rtp_packet(octets("80e51234"
                             "01020304"
                             "a1b2c3d4"
                             "ff"));
  ASSERT_TRUE(header);
  EXPECT_TRUE(header->marker);
  EXPECT_EQ(header->payload_type, 101);
  EXPECT_EQ(header->sequence, 0x1234);
  EXPECT_EQ(header->timestamp, 0x01020304u);
  EXPECT_EQ(header->ssrc, Ssrc(0xa1b2c3d4));
  EXPECT_EQ(header->payload_offset, 12u);
}

// R132, F096: every length from nothing to past the header, and no octet is read beyond it.
TEST(RtpPacket, refuses_every_length_below_the_fixed_header_R132) {
  const Packet whole = rtp(1, 2, "");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Packet cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(read_rtp_packet(cut).error(), RtpError::too_short) << size;
  }
  EXPECT_TRUE(read_rtp_packet(whole));
}

TEST(RtpPacket, refuses_other_versions) {
  for (const int first : {0x00, 0x40, 0xc0}) {
    Packet packet = rtp(1, 2);
    packet[0] = static_cast<std::uint8_t>(first);
    EXPECT_EQ(read_rtp_packet(packet).error(), RtpError::wrong_version);
  }
}

TEST(RtpPacket, takes_fifteen_contributing_sources_only_when_they_are_there_R132) {
  Packet packet = rtp(1, 2, std::string(60, 'c'));
  packet[0] = 0x8f;
  ASSERT_TRUE(read_rtp_packet(packet));
  EXPECT_EQ(read_rtp_packet(packet)->payload_offset, 72u);
  packet.pop_back();
  EXPECT_EQ(read_rtp_packet(packet).error(), RtpError::csrc_beyond_packet);
}

TEST(RtpPacket, takes_an_extension_only_when_all_of_it_is_there_R132) {
  Packet packet = rtp(1, 2, "");
  packet[0] = 0x90;
  EXPECT_EQ(read_rtp_packet(packet).error(), RtpError::extension_beyond_packet);
  EXPECT_EQ(read_rtp_packet(packet + octets("bede00")).error(), RtpError::extension_beyond_packet);
  EXPECT_EQ(read_rtp_packet(packet + octets("bede0001")).error(),
            RtpError::extension_beyond_packet);
  EXPECT_EQ(read_rtp_packet(packet + octets("bedeffff00000000")).error(),
            RtpError::extension_beyond_packet);
  EXPECT_EQ(read_rtp_packet(packet + octets("bede000100000000"))->payload_offset, 20u);
  EXPECT_EQ(read_rtp_packet(packet + octets("bede0000"))->payload_offset, 16u);
}

TEST(RtpPacket, takes_padding_only_within_the_payload_R132) {
  Packet packet = rtp(1, 2, "");
  packet[0] = 0xa0;
  EXPECT_EQ(read_rtp_packet(packet).error(), RtpError::padding_beyond_packet);
  EXPECT_TRUE(read_rtp_packet(packet + octets("00000004")));
  EXPECT_EQ(read_rtp_packet(packet + octets("00000005")).error(), RtpError::padding_beyond_packet);
  EXPECT_EQ(read_rtp_packet(packet + octets("000000ff")).error(), RtpError::padding_beyond_packet);
  EXPECT_EQ(read_rtp_packet(packet + octets("00000000")).error(), RtpError::padding_beyond_packet);
  // Before decryption the last octet is a tag's, and says nothing.
  EXPECT_TRUE(read_rtp_header(packet + octets("000000ff")));
}

TEST(PacketKind, tells_RTCP_from_RTP_by_the_packet_type_RFC5761) {
  const auto kind = [](std::uint8_t first, std::uint8_t second) {
    return packet_kind(std::array{first, second});
  };
  EXPECT_EQ(kind(0x80, 0), PacketKind::rtp);
  EXPECT_EQ(kind(0x80, 101 | 0x80), PacketKind::rtp);
  EXPECT_EQ(kind(0x80, 191), PacketKind::rtp);
  EXPECT_EQ(kind(0x80, 192), PacketKind::rtcp);
  EXPECT_EQ(kind(0x81, 201), PacketKind::rtcp);
  EXPECT_EQ(kind(0x80, 223), PacketKind::rtcp);
  EXPECT_EQ(kind(0x80, 224), PacketKind::rtp);
}

TEST(PacketKind, takes_STUN_DTLS_and_TURN_for_neither_R199) {
  for (const int first : {0, 1, 3, 20, 63, 64, 127, 192, 255}) {
    EXPECT_EQ(packet_kind(std::array{static_cast<std::uint8_t>(first), std::uint8_t{0}}),
              PacketKind::neither)
        << first;
  }
  EXPECT_EQ(packet_kind(std::array{std::uint8_t{0x80}}), PacketKind::neither);
  EXPECT_EQ(packet_kind({}), PacketKind::neither);
}

}  // namespace
}  // namespace ringfence::media_worker::test
