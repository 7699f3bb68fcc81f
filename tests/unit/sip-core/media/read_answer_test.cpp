#include "tests/unit/sip-core/media/gate_fixture.hpp"

namespace ringfence::sip_core {
namespace {

class ReadAnswerTest : public GateTest {};

TEST_F(ReadAnswerTest, FailsClosedOnEveryAnswerThatIsNotSdesR106R107R108) {
  const OwnDescription offered = own_offer(OfferForm::savp);
  struct Row {
    const char* profile;
    std::string lines;
    GateFault fault;
  };
  const Row rows[] = {
      {"RTP/AVP", "", GateFault::profile},
      {"RTP/AVP", crypto_line(1, 'A'), GateFault::profile},
      {"RTP/SAVP", "", GateFault::no_crypto},
      {"RTP/SAVP", crypto_line(2, 'A'), GateFault::tag},
      {"RTP/SAVP", crypto_line(1, 'A', "AES_CM_128_HMAC_SHA1_32"), GateFault::bad_crypto},
      {"RTP/SAVP", crypto_line(1, 'A') + crypto_line(2, 'B'), GateFault::tag},
      {"RTP/SAVP", crypto_line(1, '!'), GateFault::bad_crypto},
      {"UDP/TLS/RTP/SAVPF", "", GateFault::profile},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.profile) + " " + row.lines);
    const auto peer = answer(sdp_with(row.profile, row.lines), SrtpDemand::required, offered);
    ASSERT_FALSE(peer);
    EXPECT_EQ(peer.error().fault, row.fault);
    EXPECT_TRUE(peer.error().concerns_srtp());
  }
  const auto good =
      answer(sdp_with("RTP/SAVP", crypto_line(1, 'A')), SrtpDemand::required, offered);
  ASSERT_TRUE(good);
  EXPECT_TRUE(good->crypto);
}

TEST_F(ReadAnswerTest, AllowsAPlainAnswerToAnOpportunisticOfferRfc8643) {
  const OwnDescription offered = own_offer(OfferForm::avp_with_crypto);
  const auto plain = answer(sdp_with("RTP/AVP"), SrtpDemand::optional, offered);
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->crypto);
  const auto keyed =
      answer(sdp_with("RTP/AVP", crypto_line(1, 'A')), SrtpDemand::optional, offered);
  ASSERT_TRUE(keyed);
  EXPECT_TRUE(keyed->crypto);
  EXPECT_FALSE(answer(sdp_with("RTP/AVP"), SrtpDemand::required, offered));
}

TEST_F(ReadAnswerTest, RefusesOurOwnKeyF085) {
  const OwnDescription offered = own_offer(OfferForm::savp);
  const auto echo = "a=crypto:" + sdp::write_crypto(*offered.crypto) + "\r\n";
  const auto peer = answer(sdp_with("RTP/SAVP", echo), SrtpDemand::required, offered);
  ASSERT_FALSE(peer);
  EXPECT_EQ(peer.error().fault, GateFault::key_reuse);
}

TEST_F(ReadAnswerTest, RefusesARejectedStream) {
  const OwnDescription offered = own_offer(OfferForm::plain);
  auto rejected = sdp_with("RTP/AVP");
  rejected.media[0].port = 0;
  const auto peer = answer(rejected, SrtpDemand::off, offered);
  ASSERT_FALSE(peer);
  EXPECT_EQ(peer.error().fault, GateFault::no_audio);
}

TEST_F(ReadAnswerTest, IgnoresRtcpMuxThatWasNotOfferedRfc5761) {
  const OwnDescription offered = own_offer(OfferForm::plain);
  const auto peer = answer(sdp_with("RTP/AVP", "a=rtcp-mux\r\n"), SrtpDemand::off, offered);
  ASSERT_TRUE(peer);
  EXPECT_FALSE(peer->rtcp_mux);
  EXPECT_EQ(peer->rtcp_port, 40001);
}

TEST_F(ReadAnswerTest, TakesARenumberedTagFromATrunkThatIsKnownForItR106) {
  const OwnDescription offered = own_offer(OfferForm::savp);
  const auto renumbered = sdp_with("RTP/SAVP", crypto_line(7, 'A'));
  ASSERT_FALSE(answer(renumbered, SrtpDemand::required, offered));
  MediaTerms terms;
  terms.renumbered_tag = true;
  const auto peer =
      read_answer(renumbered, SrtpDemand::required, rule_for("198.51.100.7"), offered, &terms);
  ASSERT_TRUE(peer);
  EXPECT_TRUE(protect(SrtpDemand::required, offered, *peer));
  const auto other_suite = sdp_with("RTP/SAVP", crypto_line(7, 'A', "AES_CM_128_HMAC_SHA1_32"));
  EXPECT_FALSE(
      read_answer(other_suite, SrtpDemand::required, rule_for("198.51.100.7"), offered, &terms));
}

}  // namespace
}  // namespace ringfence::sip_core
