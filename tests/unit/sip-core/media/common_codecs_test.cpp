#include "sip-core/media/common_codecs.hpp"

#include "tests/unit/sip-core/media/gate_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class CommonCodecsTest : public GateTest {
 protected:
  PeerDescription peer(const std::string& formats, const std::string& more = {}) {
    auto description = sdp::SessionDescription::parse(
        "v=0\r\no=- 1 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n"
        "m=audio 40000 RTP/AVP " +
        formats + "\r\n" + more);
    return std::move(*offer(*description, SrtpDemand::off));
  }
};

TEST_F(CommonCodecsTest, KeepsWhatBothKnowUnderItsOwnNumbersRfc3264) {
  const PeerDescription one = peer("0 96 8 101",
                                   "a=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\n"
                                   "a=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n");
  const PeerDescription other = peer("111 8 100",
                                     "a=rtpmap:111 OPUS/48000/2\r\na=rtpmap:8 PCMA/8000\r\n"
                                     "a=rtpmap:100 telephone-event/8000\r\n");
  const auto common = common_codecs(one, other);
  ASSERT_TRUE(common.has_value());
  EXPECT_THAT(common->audio.formats, ElementsAre("96", "8", "101"));
  EXPECT_THAT(common->audio.attributes.lines(), HasSubstr("fmtp:96"));
  EXPECT_THAT(common->audio.attributes.lines(), HasSubstr("ptime:20"));
  EXPECT_THAT(common_codecs(other, one)->audio.formats, ElementsAre("111", "8", "100"));
}

TEST_F(CommonCodecsTest, LeavesOutWhatOnlyOneKnows) {
  const PeerDescription one = peer("0 97", "a=rtpmap:97 speex/8000\r\n");
  const auto common = common_codecs(one, peer("0 97", "a=rtpmap:97 speex/16000\r\n"));
  ASSERT_TRUE(common.has_value());
  EXPECT_THAT(common->audio.formats, ElementsAre("0"));
  EXPECT_THAT(common->audio.attributes.lines(), Not(HasSubstr("speex")));
}

TEST_F(CommonCodecsTest, EventsAloneAreNoConversation) {
  const std::string events = "a=rtpmap:101 telephone-event/8000\r\n";
  EXPECT_FALSE(common_codecs(peer("0 13 101", events), peer("8 13 101", events)).has_value());
}

}  // namespace
}  // namespace ringfence::sip_core
