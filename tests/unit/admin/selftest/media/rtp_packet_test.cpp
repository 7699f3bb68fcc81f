#include "admin/selftest/media/rtp_packet.hpp"

#include <gmock/gmock.h>

namespace ringfence::admin {
namespace {

using testing::ElementsAre;

TEST(RtpPacket, IsWrittenInNetworkOrder) {
  const Octets payload = {0xd5, 0x55};
  EXPECT_THAT(write_rtp({8, 0x0102, 0x03040506, 0x0708090a, payload}),
              ElementsAre(0x80, 0x08,              // version 2; no marker, PCMA
                          0x01, 0x02,              // sequence number
                          0x03, 0x04, 0x05, 0x06,  // timestamp
                          0x07, 0x08, 0x09, 0x0a,  // SSRC
                          0xd5, 0x55));
}

TEST(RtpPacket, IsReadPastCsrcsExtensionAndPadding) {
  const Octets octets = {0xb1, 0x88, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 1, 1, 1,  // a CSRC
                         0,    0,    0, 1, 9, 9, 9, 9,  // an extension of one word
                         0xaa, 0xbb, 0, 2};             // payload, two octets of padding
  const auto packet = parse_rtp(octets);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->payload_type, 8);
  EXPECT_EQ(packet->sequence, 1);
  EXPECT_THAT(packet->payload, ElementsAre(0xaa, 0xbb));
}

TEST(RtpPacket, RefusesWhatIsCutShort) {
  Octets octets = write_rtp({8, 1, 2, 3, {}});
  for (std::size_t size = 0; size < octets.size(); ++size)
    EXPECT_FALSE(parse_rtp(std::span(octets).first(size)));
  octets[0] = 0x8f;  // fifteen CSRCs
  EXPECT_FALSE(parse_rtp(octets));
  octets[0] = 0x90;  // an extension
  EXPECT_FALSE(parse_rtp(octets));
  octets[0] = 0xa0;  // more padding than packet
  octets.push_back(9);
  EXPECT_FALSE(parse_rtp(octets));
  octets[0] = 0x40;  // version 1
  EXPECT_FALSE(parse_rtp(octets));
}

TEST(SenderReport, IsACompoundOfWholeWords) {
  const Octets octets = write_sender_report({0x01020304, 0x0506070809000102, 3, 4, 5}, "cname");
  EXPECT_THAT(octets, ElementsAre(0x80, 200, 0, 6,                     // SR of seven words
                                  1, 2, 3, 4,                          // SSRC
                                  5, 6, 7, 8, 9, 0, 1, 2,              // NTP time
                                  0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5,  // RTP time, packets, octets
                                  0x81, 202, 0, 3,                     // SDES of four words
                                  1, 2, 3, 4, 1, 5, 'c', 'n', 'a', 'm', 'e', 0));
  EXPECT_TRUE(is_sender_report(octets));
  EXPECT_FALSE(is_sender_report(std::span(octets).first(20)));
}

}  // namespace
}  // namespace ringfence::admin
