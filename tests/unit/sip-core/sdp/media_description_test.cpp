#include "sip-core/sdp/media_description.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringfence::sip_core::sdp {
namespace {

MediaDescription with(std::string name, std::string value) {
  MediaDescription media;
  media.attributes.push_back({std::move(name), std::move(value)});
  return media;
}

TEST(MediaDescription, reads_rtpmaps) {
  MediaDescription media = with("rtpmap", "97 opus/48000/2");
  media.attributes.push_back({"rtpmap", "101  telephone-event/8000"});
  const auto opus = media.rtpmap(97);
  ASSERT_TRUE(opus);
  EXPECT_EQ(opus->encoding, "opus");
  EXPECT_EQ(opus->clock_rate, 48000U);
  EXPECT_EQ(opus->channels, 2U);
  EXPECT_EQ(media.rtpmap(101)->encoding, "telephone-event");
  EXPECT_EQ(media.rtpmap(0), std::nullopt);
}

TEST(MediaDescription, passes_over_malformed_numbers_F089) {
  for (const char* value : {"255 x/8000", "0 x/0", "0 x", "0 /8000", "0", "", "-1 x/8000",
                            "0 x/99999999999", "0 x/8000/0", "0 x/8000/99999999999999999999"}) {
    EXPECT_TRUE(with("rtpmap", value).rtpmaps().empty()) << value;
  }
  for (const char* value : {"0", "-1", "2147483648", "x", "", "20.5"}) {
    EXPECT_EQ(with("ptime", value).ptime(), std::nullopt) << value;
  }
  EXPECT_EQ(with("ptime", "20").ptime(), 20U);
}

TEST(MediaDescription, finds_the_fmtp_of_a_payload_type) {
  const MediaDescription media = with("fmtp", "101 0-16;x=y");
  EXPECT_EQ(media.fmtp(101), "0-16;x=y");
  EXPECT_EQ(media.fmtp(10), std::nullopt);
}

TEST(MediaDescription, reads_rtcp_with_and_without_an_address) {
  EXPECT_EQ(with("rtcp", "53020").rtcp()->port, 53020);
  EXPECT_EQ(with("rtcp", "53020 IN IP6 2001:db8::1").rtcp()->connection->address, "2001:db8::1");
  EXPECT_FALSE(with("rtcp", "53020 IN IP5 x").rtcp());
  EXPECT_FALSE(with("rtcp", "70000").rtcp());
  EXPECT_FALSE(with("rtcp", "0").rtcp());
}

TEST(MediaDescription, lists_payload_types_in_order_and_leaves_the_rest_out) {
  MediaDescription media;
  media.formats = {"8", "255", "x", "0", "101"};
  EXPECT_EQ(media.payload_types(), (std::vector<std::uint8_t>{8, 0, 101}));
}

TEST(MediaDescription, knows_the_static_payload_types) {
  EXPECT_EQ(static_rtpmap(0)->encoding, "PCMU");
  EXPECT_EQ(static_rtpmap(8)->encoding, "PCMA");
  EXPECT_EQ(static_rtpmap(96), std::nullopt);
}

TEST(Profile, tells_the_kinds_of_SRTP_apart) {
  EXPECT_TRUE(is_sdes_srtp(Profile::rtp_savp));
  EXPECT_FALSE(is_sdes_srtp(Profile::rtp_avp));
  EXPECT_FALSE(is_sdes_srtp(Profile::udp_tls_rtp_savpf));
  EXPECT_TRUE(is_dtls_srtp(Profile::udp_tls_rtp_savpf));
  MediaDescription media;
  media.set_profile(Profile::rtp_savp);
  EXPECT_EQ(media.profile_text, "RTP/SAVP");
}

TEST(Direction, is_the_last_one_and_seen_from_the_other_side) {
  Attributes attributes = {{"sendrecv", std::nullopt}, {"ptime", "20"}, {"inactive", std::nullopt}};
  EXPECT_EQ(direction_of(attributes), Direction::inactive);
  remove(attributes, "inactive");
  EXPECT_EQ(attributes.lines(), "a=sendrecv\r\na=ptime:20\r\n");
  EXPECT_EQ(direction_of(attributes), Direction::sendrecv);
  EXPECT_EQ(reversed(Direction::sendonly), Direction::recvonly);
  EXPECT_EQ(reversed(Direction::inactive), Direction::inactive);
}

TEST(Connection, takes_addresses_and_names_only) {
  EXPECT_EQ(Connection::to("2001:db8::1").to_string(), "IN IP6 2001:db8::1");
  EXPECT_EQ(Connection::parse("IN IP4 224.2.1.1/127/3")->address, "224.2.1.1/127/3");
  EXPECT_EQ(Connection::parse("IN IP4 host.example")->address, "host.example");
  for (const char* text : {"", "IN IP4", "IN IP5 x", "ATM IP4 x", "IN IP4 a b", "IN IP4 a\tb"}) {
    EXPECT_FALSE(Connection::parse(text)) << text;
  }
}

}  // namespace
}  // namespace ringfence::sip_core::sdp
