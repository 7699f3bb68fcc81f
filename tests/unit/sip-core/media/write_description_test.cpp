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

}  // namespace
}  // namespace ringfence::sip_core
