// RFC 4733: each side names a payload type of its own for telephone events and keeps it. Offers and
// answers pass with their numbers, so that what one side sends is what the other has asked for, and
// no packet needs another number on its way.
#include "tests/unit/sip-core/b2bua/call_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using sip::Method;
using ::testing::HasSubstr;
using ::testing::Not;

class TelephoneEventTest : public CallFixture {
 protected:
  static std::string sdp_with_events(Port port, const std::string& payload_type) {
    std::string sdp = audio_sdp(port);
    for (std::size_t at = sdp.find("101"); at != std::string::npos;
         at = sdp.find("101", at + payload_type.size()))
      sdp.replace(at, 3, payload_type);
    return sdp;
  }
};

TEST_F(TelephoneEventTest, EachLegIsToldTheNumberThatTheOtherSideListensOn) {
  a = alice.invite("bob", sdp_with_events(41000, "101"));
  const auto invite = bob.expect_request(Method::invite);
  EXPECT_THAT(std::string(invite.body()), HasSubstr("a=rtpmap:101 telephone-event/8000"));
  b = bob.accept(invite, 200, sdp_with_events(42000, "96"));
  const auto success = alice.expect_response(200);
  EXPECT_THAT(std::string(success.body()), HasSubstr("RTP/AVP 8 96"));
  EXPECT_THAT(std::string(success.body()), HasSubstr("a=rtpmap:96 telephone-event/8000"));
  EXPECT_THAT(std::string(success.body()), HasSubstr("a=fmtp:96 0-15"));
  EXPECT_THAT(std::string(success.body()), Not(HasSubstr("map:101")));
  EXPECT_EQ(session().a.telephone_event_type, 101);
  EXPECT_EQ(session().b.telephone_event_type, 96);
}

TEST_F(TelephoneEventTest, ClockRatesAreOfTheCodecsThatTheOtherSideHasNamed) {
  std::string wide = audio_sdp(41000);
  wide.insert(wide.find(" 101") + 4, " 9 107");
  wide += "a=rtpmap:107 opus/48000/2\r\n";
  a = alice.invite("bob", wide);
  b = bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000));
  alice.expect_response(200);
  const auto of = [](const std::vector<ClockRate>& rates) {
    std::vector<std::pair<int, std::uint32_t>> pairs;
    for (const ClockRate& rate : rates)
      pairs.emplace_back(rate.payload_type, rate.hertz);
    return pairs;
  };
  using ::testing::ElementsAre;
  using ::testing::Pair;
  EXPECT_THAT(of(session().a.clock_rates), ElementsAre(Pair(8, 8000U)));
  EXPECT_THAT(of(session().b.clock_rates),
              ElementsAre(Pair(8, 8000U), Pair(9, 8000U), Pair(107, 48000U)));
}

TEST_F(TelephoneEventTest, ARenegotiationFromTheOtherSideKeepsBothNumbers) {
  a = alice.invite("bob", sdp_with_events(41000, "101"));
  b = bob.accept(bob.expect_request(Method::invite), 200, sdp_with_events(42000, "96"));
  alice.ack(a, alice.expect_response(200));
  bob.expect_request(Method::ack);
  bob.request(b, Method::invite, sdp_with_events(42000, "96"));
  const auto offer = alice.expect_request(Method::invite);
  EXPECT_THAT(std::string(offer.body()), HasSubstr("RTP/AVP 8 96"));
  alice.reply(offer, 200, sdp_with_events(41000, "101"));
  EXPECT_THAT(std::string(bob.expect_response(200).body()), HasSubstr("RTP/AVP 8 101"));
  EXPECT_EQ(session().a.telephone_event_type, 101);
  EXPECT_EQ(session().b.telephone_event_type, 96);
}

}  // namespace
}  // namespace ringfence::sip_core
