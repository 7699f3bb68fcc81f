#include "tests/unit/sip-core/media/gate_fixture.hpp"

namespace ringfence::sip_core {
namespace {

class ReadOfferTest : public GateTest {};

// Policy by offer: what may pass for each pair. R116: AVP with a=crypto is SDES too.
struct Row {
  const char* name;
  const char* profile;
  std::string lines;
  SrtpDemand demand;
  bool passes;
  bool secured;
};

TEST_F(ReadOfferTest, AnswersEachPolicyAndOfferAsTheTableSays) {
  const std::string good = crypto_line(1, 'A');
  const std::string bad = crypto_line(1, 'A', "NO_SUCH_SUITE");
  const Row rows[] = {
      {"plain to off", "RTP/AVP", "", SrtpDemand::off, true, false},
      {"plain to optional", "RTP/AVP", "", SrtpDemand::optional, true, false},
      {"plain to required", "RTP/AVP", "", SrtpDemand::required, false, false},
      {"AVP and keys to off", "RTP/AVP", good, SrtpDemand::off, true, false},
      {"AVP and keys to optional", "RTP/AVP", good, SrtpDemand::optional, true, true},
      {"AVP and keys to required", "RTP/AVP", good, SrtpDemand::required, true, true},
      {"SAVP to off", "RTP/SAVP", good, SrtpDemand::off, false, false},
      {"SAVP to optional", "RTP/SAVP", good, SrtpDemand::optional, true, true},
      {"SAVP to required", "RTP/SAVP", good, SrtpDemand::required, true, true},
      {"SAVP without keys to optional", "RTP/SAVP", "", SrtpDemand::optional, false, false},
      {"SAVP without keys to required", "RTP/SAVP", "", SrtpDemand::required, false, false},
      {"SAVP, unusable keys", "RTP/SAVP", bad, SrtpDemand::optional, false, false},
      {"AVP, unusable keys to optional", "RTP/AVP", bad, SrtpDemand::optional, true, false},
      {"AVP, unusable keys to required", "RTP/AVP", bad, SrtpDemand::required, false, false},
      {"DTLS to required", "UDP/TLS/RTP/SAVPF", "", SrtpDemand::required, false, false},
      {"DTLS to off", "UDP/TLS/RTP/SAVPF", "", SrtpDemand::off, false, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto peer = offer(sdp_with(row.profile, row.lines), row.demand);
    ASSERT_EQ(peer.has_value(), row.passes);
    if (peer) {
      EXPECT_EQ(peer->crypto.has_value(), row.secured);
    } else {
      EXPECT_TRUE(peer.error().concerns_srtp());
    }
  }
}

TEST_F(ReadOfferTest, TakesTheFirstUsableLineAndItsTagR104R105) {
  const auto peer = offer(sdp_with("RTP/SAVP", crypto_line(3, 'A', "F8_128_HMAC_SHA1_80") +
                                                   crypto_line(7, 'B') + crypto_line(8, 'C')),
                          SrtpDemand::required);
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->crypto->tag, 7U);
}

TEST_F(ReadOfferTest, LeavesCandidatesFingerprintsAndKeysBehindR168) {
  const auto peer =
      offer(sdp_with("RTP/AVP",
                     "a=candidate:1 1 UDP 1 10.0.0.1 4 typ host\r\na=fingerprint:sha-256 AA\r\n"
                     "a=ssrc:1 cname:inside\r\na=mid:0\r\na=rtcp:40001 IN IP4 10.0.0.1\r\n" +
                         crypto_line(1, 'A')),
            SrtpDemand::optional);
  ASSERT_TRUE(peer);
  for (const auto& attribute : peer->audio.attributes) {
    EXPECT_TRUE(attribute.name == "rtpmap" || attribute.name == "fmtp") << attribute.name;
  }
}

TEST_F(ReadOfferTest, KeepsCodecsAndTelephoneEventAsTheyAre) {
  const auto peer = offer(sdp_with("RTP/AVP", "a=ptime:20\r\n"), SrtpDemand::off);
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->audio.formats, (std::vector<std::string>{"8", "101"}));
  EXPECT_EQ(peer->telephone_event_type, 101);
  EXPECT_EQ(sdp::value_of(peer->audio.attributes, "ptime"), "20");
}

TEST_F(ReadOfferTest, CarriesAudioAndNotVideoOrT38) {
  const std::string video = "m=video 40010 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n";
  const auto both = offer(sdp_with("RTP/AVP", "", "198.51.100.7", video), SrtpDemand::off);
  ASSERT_TRUE(both);
  EXPECT_EQ(both->lines.size(), 2U);
  EXPECT_EQ(both->audio_index, 0U);
  auto fax = sdp_with("RTP/AVP", "", "198.51.100.7", "m=image 40020 udptl t38\r\n");
  fax.media.erase(fax.media.begin());
  const auto image = offer(fax, SrtpDemand::off);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().fault, GateFault::no_audio);
  EXPECT_FALSE(image.error().concerns_srtp());
}

TEST_F(ReadOfferTest, TakesZeroAddressAsHoldR174) {
  const auto peer = offer(sdp_with("RTP/AVP", "", "0.0.0.0"), SrtpDemand::off);
  ASSERT_TRUE(peer);
  EXPECT_FALSE(peer->address);
  EXPECT_EQ(peer->direction, sdp::Direction::sendonly);
}

TEST_F(ReadOfferTest, RefusesAddressesThatMediaMustNotGoToF088) {
  for (const char* address : {"224.1.1.1", "169.254.1.1", "255.255.255.255", "127.0.0.1",
                              "192.0.2.1", "203.0.113.9", "host.example"}) {
    SCOPED_TRACE(address);
    const auto peer = offer(sdp_with("RTP/AVP", "", address), SrtpDemand::off);
    ASSERT_FALSE(peer);
    EXPECT_EQ(peer.error().fault, GateFault::address);
  }
}

TEST_F(ReadOfferTest, RefusesFewerLinesThanBeforeR057) {
  OwnDescription previous = own_offer(OfferForm::plain);
  previous.lines.push_back({"video", "RTP/AVP", {"96"}});
  const auto peer = offer(sdp_with("RTP/AVP"), SrtpDemand::off, &previous);
  ASSERT_FALSE(peer);
  EXPECT_EQ(peer.error().fault, GateFault::lines);
}

TEST_F(ReadOfferTest, CallsItADowngradeWhenASecuredCallLosesItsKeysF087) {
  const OwnDescription previous = own_offer(OfferForm::savp);
  const auto peer = offer(sdp_with("RTP/AVP"), SrtpDemand::required, &previous);
  ASSERT_FALSE(peer);
  EXPECT_EQ(peer.error().fault, GateFault::downgrade);
}

TEST_F(ReadOfferTest, RefusesOurOwnKeyAsThePeersF085) {
  const OwnDescription previous = own_offer(OfferForm::savp);
  const auto echo = "a=crypto:" + sdp::write_crypto(*previous.crypto) + "\r\n";
  const auto peer = offer(sdp_with("RTP/SAVP", echo), SrtpDemand::required, &previous);
  ASSERT_FALSE(peer);
  EXPECT_EQ(peer.error().fault, GateFault::key_reuse);
}

TEST_F(ReadOfferTest, MultiplexesRtcpOnlyWhereThePeerSaysSo) {
  const auto plain = offer(sdp_with("RTP/AVP"), SrtpDemand::off);
  EXPECT_EQ(plain->rtcp_port, 40001);
  const auto mux = offer(sdp_with("RTP/AVP", "a=rtcp-mux\r\n"), SrtpDemand::off);
  EXPECT_EQ(mux->rtcp_port, 40000);
  EXPECT_TRUE(mux->rtcp_mux);
}

TEST_F(ReadOfferTest, TakesTheSuitesThatTheTrunkAllowsAndNoOthersR103R105) {
  const std::string strong = "a=crypto:1 AEAD_AES_256_GCM inline:" + std::string(58, 'B') + "A\r\n";
  const auto read = [&](const MediaTerms* terms) {
    return read_offer(sdp_with("RTP/SAVP", strong + crypto_line(2, 'A')), SrtpDemand::required,
                      rule_for("198.51.100.7"), nullptr, terms);
  };
  EXPECT_EQ(read(nullptr)->crypto->tag, 2U);
  const MediaTerms both{
      {}, {sdp::CryptoSuite::aes_cm_128_hmac_sha1_80, sdp::CryptoSuite::aead_aes_256_gcm}, {}};
  EXPECT_EQ(read(&both)->crypto->tag, 1U) << "the peer's first choice among ours";
  const MediaTerms other{{}, {sdp::CryptoSuite::aes_256_cm_hmac_sha1_80}, {}};
  ASSERT_FALSE(read(&other));
  EXPECT_EQ(read(&other).error().fault, GateFault::bad_crypto);
}

// A phone that offers the stream twice, in clear and secured, in either order.
TEST_F(ReadOfferTest, OfASecuredAndAPlainLineTakesWhatTheLegIsToHave) {
  const std::string savp = "m=audio 40010 RTP/SAVP 8\r\n" + crypto_line(4, 'A');
  const std::string avp = "m=audio 40010 RTP/AVP 8\r\n";
  const auto plain_first = sdp_with("RTP/AVP", "", std::string(kPeerAddress), savp);
  const auto savp_first = sdp_with("RTP/SAVP", crypto_line(4, 'A'), std::string(kPeerAddress), avp);
  for (const SrtpDemand demand : {SrtpDemand::required, SrtpDemand::optional}) {
    EXPECT_EQ(offer(plain_first, demand)->audio_index, 1u);
    EXPECT_EQ(offer(plain_first, demand)->crypto->tag, 4u);
    EXPECT_EQ(offer(savp_first, demand)->audio_index, 0u);
  }
  EXPECT_EQ(offer(plain_first, SrtpDemand::off)->audio_index, 0u);
  const auto off = offer(savp_first, SrtpDemand::off);
  EXPECT_EQ(off->audio_index, 1u);
  EXPECT_FALSE(off->crypto);
}

TEST_F(ReadOfferTest, TakesTheCodecsOfTheTrunkOnly) {
  const auto read = [&](const MediaTerms& terms) {
    return read_offer(sdp_with("RTP/AVP"), SrtpDemand::off, rule_for("198.51.100.7"), nullptr,
                      &terms);
  };
  EXPECT_EQ(read({{"PCMA"}, {}, {}})->audio.formats, (std::vector<std::string>{"8", "101"}));
  const auto refused = read({{"G722"}, {}, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, GateFault::no_audio);
  EXPECT_FALSE(refused.error().concerns_srtp());
}

}  // namespace
}  // namespace ringfence::sip_core
