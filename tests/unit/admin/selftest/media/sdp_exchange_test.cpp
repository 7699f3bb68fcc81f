#include "admin/selftest/media/sdp_exchange.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace ringfence::admin {
namespace {

using testing::HasSubstr;

class SdpExchangeTest : public testing::Test {
 protected:
  static std::string with(std::string text, std::string_view what, std::string_view other) {
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), other);
  }
  static std::string refusal(const std::string& sdp) {
    const auto peer = read_peer_media(sdp);
    return peer ? "(accepted)" : peer.error().message;
  }

  SeededRandom random_{1};
  LocalMedia local_{*SocketAddress::parse("192.0.2.1:61000"), fresh_media_key(random_)};
  std::string offer_ = write_offer(local_, random_);
};

// R102: forty characters of base64, no padding.
TEST_F(SdpExchangeTest, OffersEncryptedALawOnly) {
  EXPECT_THAT(offer_, HasSubstr("m=audio 61000 RTP/SAVP 8\r\n"));
  EXPECT_THAT(offer_, HasSubstr("c=IN IP4 192.0.2.1\r\n"));
  EXPECT_THAT(offer_, HasSubstr("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"));
  EXPECT_THAT(offer_, HasSubstr("a=rtpmap:8 PCMA/8000\r\n"));
}

TEST_F(SdpExchangeTest, ReadsBackWhatItWrites) {
  const auto peer = read_peer_media(write_answer(local_, 7, random_));
  ASSERT_TRUE(peer) << peer.error().message;
  EXPECT_EQ(peer->rtp.to_string(), "192.0.2.1:61000");
  EXPECT_EQ(peer->rtcp.to_string(), "192.0.2.1:61001");
  EXPECT_EQ(peer->crypto_tag, 7U);
  EXPECT_TRUE(std::ranges::equal(peer->key.bytes(), local_.key.bytes()));
}

TEST_F(SdpExchangeTest, RtcpMayBeElsewhere) {
  const auto peer =
      read_peer_media(with(offer_, "a=ptime:20\r\n", "a=rtcp:5000 IN IP4 198.51.100.1\r\n"));
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->rtcp.to_string(), "198.51.100.1:5000");
}

TEST_F(SdpExchangeTest, SaysWhatAnEncryptedCallLacks) {
  EXPECT_THAT(refusal(with(offer_, "RTP/SAVP", "RTP/AVP")), HasSubstr("RTP/AVP instead"));
  EXPECT_THAT(refusal(with(offer_, "a=crypto:", "a=x-crypto:")), HasSubstr("no crypto line"));
  EXPECT_THAT(refusal(with(offer_, "AES_CM_128_HMAC_SHA1_80", "F8_128_HMAC_SHA1_80")),
              HasSubstr("no crypto line"));
  EXPECT_THAT(refusal(with(offer_, "61000", "0")), HasSubstr("no audio"));
  EXPECT_THAT(refusal(with(offer_, "SAVP 8", "SAVP 0")), HasSubstr("PCMA"));
  EXPECT_THAT(refusal("nonsense"), HasSubstr("cannot be read"));
  EXPECT_THAT(refusal(with(offer_, "c=IN IP4 192.0.2.1", "c=IN IP4 phone.example")),
              HasSubstr("no numeric address"));
}

}  // namespace
}  // namespace ringfence::admin
