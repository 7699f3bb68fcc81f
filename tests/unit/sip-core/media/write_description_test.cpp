#include "tests/unit/sip-core/media/gate_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class WriteDescriptionTest : public GateTest {};

TEST_F(WriteDescriptionTest, NamesOnlyOurAddressPortAndName) {
  const OwnDescription own = own_offer(OfferForm::plain);
  EXPECT_THAT(own.body, HasSubstr("c=IN IP4 203.0.113.9\r\n"));
  EXPECT_THAT(own.body, HasSubstr("m=audio 20002 RTP/AVP 8 101\r\n"));
  EXPECT_THAT(own.body, Not(HasSubstr(std::string(kPeerAddress))));
  EXPECT_THAT(own.body, Not(HasSubstr("secret")));
  EXPECT_THAT(own.body, Not(HasSubstr("crypto")));
}

TEST_F(WriteDescriptionTest, OffersOneLineWithAFreshKeyOf30OctetsR101R102) {
  const OwnDescription first = own_offer(OfferForm::savp);
  const OwnDescription second = own_offer(OfferForm::savp);
  EXPECT_THAT(first.body, HasSubstr("RTP/SAVP 8 101"));
  EXPECT_THAT(first.body, HasSubstr("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"));
  EXPECT_EQ(first.crypto->key_and_salt.size(), 30U);
  EXPECT_NE(sdp::write_crypto(*first.crypto), sdp::write_crypto(*second.crypto));
  EXPECT_THAT(own_offer(OfferForm::avp_with_crypto).body, HasSubstr("RTP/AVP 8 101"));
}

TEST_F(WriteDescriptionTest, AnswersInThePeersProfileWithItsTagR104R116) {
  const auto source = offer(sdp_with("RTP/AVP"), SrtpDemand::off);
  for (const char* profile : {"RTP/SAVP", "RTP/AVP"}) {
    const auto peer = offer(sdp_with(profile, crypto_line(7, 'A')), SrtpDemand::optional);
    const OwnDescription own = write_answer(*source, *peer, port, nullptr, random);
    EXPECT_THAT(own.body, HasSubstr(std::string("20002 ") + profile));
    EXPECT_THAT(own.body, HasSubstr("a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:"));
    EXPECT_THAT(own.body, Not(HasSubstr(key_text('A'))));
  }
}

TEST_F(WriteDescriptionTest, AnswersEveryLineInItsPlaceAndRejectsWhatIsNotCarriedR057) {
  const std::string more = "m=video 40010 RTP/AVP 96\r\nm=image 40020 udptl t38\r\n";
  const auto peer = offer(sdp_with("RTP/AVP", "", "198.51.100.7", more), SrtpDemand::off);
  const auto source = offer(sdp_with("RTP/AVP"), SrtpDemand::off);
  const OwnDescription own = write_answer(*source, *peer, port, nullptr, random);
  EXPECT_THAT(own.body, HasSubstr("m=video 0 RTP/AVP 96\r\nm=image 0 udptl t38\r\n"));
}

TEST_F(WriteDescriptionTest, RaisesTheVersionByOneOnlyWhenSomethingChangedR057) {
  const OwnDescription first = own_offer(OfferForm::savp);
  const OwnDescription same = own_offer(OfferForm::savp, &first);
  EXPECT_EQ(same.version, first.version);
  EXPECT_EQ(same.body, first.body);  // the key stays too, and with it the roll-over counter
  const auto held = offer(sdp_with("RTP/AVP", "a=sendonly\r\n"), SrtpDemand::off);
  const OwnDescription changed = write_offer(*held, OfferForm::savp, port, &first, random);
  EXPECT_EQ(changed.version, first.version + 1);
  EXPECT_EQ(changed.session_id, first.session_id);
  EXPECT_THAT(changed.body, HasSubstr("a=sendonly"));
}

TEST_F(WriteDescriptionTest, NeverAnswersMoreThanTheOfferAllows) {
  const auto held = offer(sdp_with("RTP/AVP", "a=sendonly\r\n"), SrtpDemand::off);
  const auto eager = offer(sdp_with("RTP/AVP"), SrtpDemand::off);
  const OwnDescription own = write_answer(*eager, *held, port, nullptr, random);
  EXPECT_EQ(own.direction, sdp::Direction::recvonly);
}

TEST_F(WriteDescriptionTest, HasNothingPlainToGiveWhereSrtpIsDemanded) {
  const auto plain = offer(sdp_with("RTP/AVP"), SrtpDemand::off);
  const OwnDescription own = own_offer(OfferForm::plain);
  EXPECT_FALSE(protect(SrtpDemand::required, own, *plain));
  const auto open = protect(SrtpDemand::off, own, *plain);
  ASSERT_TRUE(open);
  EXPECT_TRUE(std::holds_alternative<PlainRtp>(*open));
  // Keys on one side only are never plain, whatever the policy says.
  const auto keyed = offer(sdp_with("RTP/AVP", crypto_line(1, 'A')), SrtpDemand::optional);
  EXPECT_FALSE(protect(SrtpDemand::optional, own, *keyed));
  EXPECT_FALSE(protect(SrtpDemand::off, own_offer(OfferForm::savp), *plain));
}

TEST_F(WriteDescriptionTest, GivesTheWorkerBothKeys) {
  const OwnDescription own = own_offer(OfferForm::savp);
  const auto peer = answer(sdp_with("RTP/SAVP", crypto_line(1, 'A')), SrtpDemand::required, own);
  const auto protection = protect(SrtpDemand::required, own, *peer);
  ASSERT_TRUE(protection);
  const auto& srtp = std::get<SdesSrtp>(*protection);
  EXPECT_EQ(srtp.suite, "AES_CM_128_HMAC_SHA1_80");
  EXPECT_EQ(srtp.send_key_salt.size(), 30U);
  EXPECT_EQ(srtp.receive_key_salt.size(), 30U);
}

TEST_F(WriteDescriptionTest, StoresNoKeyAndKnowsAfterwardsThatTheLegIsSecured) {
  OwnDescription own = own_offer(OfferForm::avp_with_crypto);
  const std::string stored = without_keys(own);
  EXPECT_THAT(stored, Not(HasSubstr("inline")));
  const OwnDescription restored = restore_own(stored, own.session_id, own.version).value();
  EXPECT_TRUE(restored.secured);
  EXPECT_EQ(form_of(restored), OfferForm::avp_with_crypto);
  EXPECT_EQ(restored.lines, own.lines);
  const OwnDescription again = own_offer(OfferForm::avp_with_crypto, &restored);
  EXPECT_NE(sdp::write_crypto(*again.crypto), sdp::write_crypto(*own.crypto));  // fresh
  EXPECT_EQ(again.version, own.version + 1);
}

TEST_F(WriteDescriptionTest, OffersTheSuitesOfTheTrunkEachWithItsOwnKeyR101R105) {
  using enum sdp::CryptoSuite;
  const MediaTerms terms{{}, {aead_aes_256_gcm, aes_cm_128_hmac_sha1_80}, std::nullopt};
  const auto source = offer(sdp_with("RTP/AVP"), SrtpDemand::off);
  OwnDescription own = write_offer(*source, OfferForm::savp, port, nullptr, random, &terms);
  EXPECT_THAT(own.body, HasSubstr("a=crypto:1 AEAD_AES_256_GCM inline:"));
  EXPECT_THAT(own.body, HasSubstr("a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:"));
  EXPECT_EQ(own.crypto->key_and_salt.size(), 44U);
  const OwnDescription copy = own.copy();
  EXPECT_EQ(copy.suites(), own.suites());

  const auto peer = answer(sdp_with("RTP/SAVP", crypto_line(2, 'A')), SrtpDemand::required, own);
  ASSERT_TRUE(peer);
  const auto protection = protect(SrtpDemand::required, own, *peer);
  ASSERT_TRUE(protection);
  const auto& srtp = std::get<SdesSrtp>(*protection);
  EXPECT_EQ(srtp.suite, "AES_CM_128_HMAC_SHA1_80");
  EXPECT_TRUE(std::ranges::equal(srtp.send_key_salt.bytes(),
                                 own.alternatives->front().key_and_salt.bytes()));
  settle(own, *peer);
  EXPECT_EQ(own.crypto->suite, aes_cm_128_hmac_sha1_80);
  EXPECT_FALSE(own.alternatives);
  const OwnDescription again = write_offer(*source, OfferForm::savp, port, &own, random, &terms);
  EXPECT_EQ(again.suites(), std::vector{aes_cm_128_hmac_sha1_80}) << "what is agreed stays";
  EXPECT_TRUE(
      std::ranges::equal(again.crypto->key_and_salt.bytes(), own.crypto->key_and_salt.bytes()));
}

TEST_F(WriteDescriptionTest, WritesTheLifetimeThatTheTrunkWantsR110) {
  const MediaTerms terms{{}, {}, std::uint64_t{1} << 31};
  const auto source = offer(sdp_with("RTP/AVP"), SrtpDemand::off);
  EXPECT_THAT(write_offer(*source, OfferForm::savp, port, nullptr, random, &terms).body,
              HasSubstr("|2^31\r\n"));
  const auto peer = offer(sdp_with("RTP/SAVP", crypto_line(7, 'A')), SrtpDemand::optional);
  EXPECT_THAT(write_answer(*source, *peer, port, nullptr, random, &terms).body,
              HasSubstr("|2^31\r\n"));
  EXPECT_THAT(own_offer(OfferForm::savp).body, Not(HasSubstr("|")));
}

TEST_F(WriteDescriptionTest, OffersTheCodecsOfTheTrunkInItsOrder) {
  const std::string text =
      "v=0\r\no=- 1 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n"
      "m=audio 40000 RTP/AVP 0 96 8 101\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\n"
      "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n";
  const auto source = offer(*sdp::SessionDescription::parse(text), SrtpDemand::off);
  const MediaTerms terms{{"pcma", "PCMU"}, {}, std::nullopt};
  EXPECT_TRUE(has_codec_for(*source, &terms));
  const auto own = write_offer(*source, OfferForm::plain, port, nullptr, random, &terms);
  EXPECT_THAT(own.body, HasSubstr("m=audio 20002 RTP/AVP 8 0 101\r\n"));
  EXPECT_THAT(own.body, Not(HasSubstr("opus")));
  EXPECT_THAT(own.body, Not(HasSubstr("fmtp:96")));
  EXPECT_THAT(own.body, HasSubstr("a=fmtp:101 0-16"));
  const MediaTerms others{{"G729"}, {}, std::nullopt};
  EXPECT_FALSE(has_codec_for(*source, &others));
}

// Teams and its kin: `|2^31|1:1`.
TEST_F(WriteDescriptionTest, AnswersAKeyThatHasAnMkiWithTheSameMkiR112) {
  std::string line = crypto_line(7, 'A');
  line.insert(line.size() - 2, "|2^31|1:1");
  const auto peer = offer(sdp_with("RTP/SAVP", line), SrtpDemand::required);
  ASSERT_TRUE(peer);
  const OwnDescription own = write_answer(*peer, *peer, port, nullptr, random);
  EXPECT_THAT(own.body, HasSubstr("a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:"));
  EXPECT_THAT(own.body, HasSubstr("|1:1\r\n"));
  const auto protection = protect(SrtpDemand::required, own, *peer);
  ASSERT_TRUE(protection);
  EXPECT_EQ(std::get<SdesSrtp>(*protection).send_mki, "\x01");
  EXPECT_EQ(std::get<SdesSrtp>(*protection).receive_mki, "\x01");
  // What is agreed stays agreed.
  const OwnDescription again = write_offer(*peer, OfferForm::savp, port, &own, random);
  EXPECT_THAT(again.body, HasSubstr("|1:1\r\n"));
}

TEST_F(WriteDescriptionTest, AnAnswersMkiIsThePeersAlone) {
  const OwnDescription own = own_offer(OfferForm::savp);
  EXPECT_THAT(own.body, Not(HasSubstr("|")));
  std::string line = crypto_line(1, 'A');
  line.insert(line.size() - 2, "|1066:4");
  const auto peer = answer(sdp_with("RTP/SAVP", line), SrtpDemand::required, own);
  ASSERT_TRUE(peer);
  const auto protection = protect(SrtpDemand::required, own, *peer);
  EXPECT_EQ(std::get<SdesSrtp>(*protection).send_mki, "");
  EXPECT_EQ(std::get<SdesSrtp>(*protection).receive_mki, std::string("\0\0\x04\x2a", 4));
}

TEST_F(WriteDescriptionTest, PadsKeysButForATrunkThatWantsItOtherwise) {
  MediaTerms terms;
  terms.suites = {sdp::CryptoSuite::aes_256_cm_hmac_sha1_80};  // 46 octets: two "=" at the end
  const auto source = offer(sdp_with("RTP/AVP"), SrtpDemand::off);
  EXPECT_THAT(write_offer(*source, OfferForm::savp, port, nullptr, random, &terms).body,
              HasSubstr("==\r\n"));
  terms.unpadded_keys = true;
  EXPECT_THAT(write_offer(*source, OfferForm::savp, port, nullptr, random, &terms).body,
              Not(HasSubstr("==\r\n")));
}

TEST_F(WriteDescriptionTest, AnswersASuiteByTheNameThatThePeerHasForIt) {
  MediaTerms terms;
  terms.suites = {sdp::CryptoSuite::aes_256_cm_hmac_sha1_80};
  const std::string line =
      "a=crypto:3 AES_CM_256_HMAC_SHA1_80 inline:" + std::string(61, 'A') + "A==\r\n";
  const auto peer = read_offer(sdp_with("RTP/SAVP", line), SrtpDemand::required,
                               rule_for("198.51.100.7"), nullptr, &terms);
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->crypto->suite, sdp::CryptoSuite::aes_256_cm_hmac_sha1_80);
  const OwnDescription own = write_answer(*peer, *peer, port, nullptr, random, &terms);
  EXPECT_THAT(own.body, HasSubstr("a=crypto:3 AES_CM_256_HMAC_SHA1_80 inline:"));
}

}  // namespace
}  // namespace ringfence::sip_core
