// Every invariant of BorderWatch can be broken, and is then found.
#include "tests/simulation/invariant/border_watch.hpp"

#include <gtest/gtest.h>

namespace ringfence::simulation {
namespace {

const SocketAddress kPhone = *SocketAddress::parse("198.18.0.1:5060");
const SocketAddress kSecret = *SocketAddress::parse("198.18.0.2:5060");

struct Request {
  std::string method = "INVITE";
  std::string branch = "z9hG4bK1";
  std::uint32_t cseq = 1;
  std::string to_tag;
  std::string call_id = "c1";
  std::string body;
};

std::string fields(const Request& r, const std::string& from_tag, const std::string& to_tag) {
  std::string out = "Via: SIP/2.0/UDP 203.0.113.1:6070;branch=" + r.branch +
                    "\r\nMax-Forwards: 70\r\nFrom: <sip:a@x>;tag=" + from_tag +
                    "\r\nTo: <sip:b@x>" + (to_tag.empty() ? "" : ";tag=" + to_tag) +
                    "\r\nCall-ID: " + r.call_id + "\r\nCSeq: " + std::to_string(r.cseq) + ' ' +
                    r.method + "\r\n";
  if (!r.body.empty()) out += "Content-Type: application/sdp\r\n";
  return out + "Content-Length: " + std::to_string(r.body.size()) + "\r\n\r\n" + r.body;
}

std::string request(const Request& r) {
  return r.method + " sip:b@198.18.0.1 SIP/2.0\r\n" + fields(r, "ours", r.to_tag);
}
std::string response(int status, const Request& r) {
  return "SIP/2.0 " + std::to_string(status) + " X\r\n" + fields(r, "ours", "theirs");
}
std::string plain_sdp() {
  return "v=0\r\no=- 1 1 IN IP4 203.0.113.1\r\ns=-\r\nc=IN IP4 203.0.113.1\r\nt=0 0\r\n"
         "m=audio 16384 RTP/AVP 8\r\n";
}

class BorderWatchTest : public ::testing::Test {
 protected:
  BorderWatchTest() {
    watch.add_peer(kPhone.ip, {"~z1~", false});
    watch.add_peer(kSecret.ip, {"~z2~", true});
  }
  bool found(std::string_view part) const {
    for (const Finding& finding : findings.kept())
      if (finding.sentence.find(part) != std::string::npos) return true;
    return false;
  }

  Schedule schedule;
  Findings findings{schedule};
  SetUps set_ups{schedule};
  BorderWatch watch{schedule, findings, set_ups};
};

TEST_F(BorderWatchTest, FindsNothingInARetransmissionAndInAnOrderlyDialog) {
  watch.on_sent(kPhone, request({}));
  watch.on_sent(kPhone, request({}));
  watch.on_received(kPhone, response(200, {}));
  watch.on_sent(kPhone, request({"BYE", "z9hG4bK2", 2, "theirs", "c1", {}}));
  EXPECT_FALSE(findings.any());
}

TEST_F(BorderWatchTest, FindsABranchThatIsUsedTwice) {
  watch.on_sent(kPhone, request({}));
  watch.on_sent(kPhone, request({"BYE", "z9hG4bK1", 2, "theirs", "c1", {}}));
  EXPECT_TRUE(found("a branch was used twice"));
}

TEST_F(BorderWatchTest, FindsARetransmissionThatDiffers) {
  watch.on_sent(kPhone, request({}));
  watch.on_sent(kPhone, request({"INVITE", "z9hG4bK1", 1, "", "c1", plain_sdp()}));
  EXPECT_TRUE(found("a retransmission differs"));
}

TEST_F(BorderWatchTest, FindsACSeqThatDoesNotRise) {
  watch.on_sent(kPhone, request({}));
  watch.on_sent(kPhone, request({"BYE", "z9hG4bK2", 1, "theirs", "c1", {}}));
  EXPECT_TRUE(found("CSeq did not rise"));
}

TEST_F(BorderWatchTest, FindsACancelOfNoInvite) {
  watch.on_sent(kPhone, request({"CANCEL", "z9hG4bK7", 1, "", "c1", {}}));
  EXPECT_TRUE(found("a CANCEL of no INVITE"));
}

TEST_F(BorderWatchTest, FindsTwoFinalResponsesToOneRequest) {
  watch.on_sent(kPhone, response(487, {}));
  watch.on_sent(kPhone, response(487, {}));
  EXPECT_FALSE(findings.any());
  watch.on_sent(kPhone, response(200, {}));
  EXPECT_TRUE(found("two final responses"));
}

TEST_F(BorderWatchTest, FindsASecondOfferBeforeTheFirstIsAnswered) {
  watch.on_sent(kPhone, request({"INVITE", "z9hG4bK1", 1, "", "c1", plain_sdp()}));
  watch.on_received(kPhone, response(200, {}));
  watch.on_sent(kPhone, request({"INVITE", "z9hG4bK2", 2, "theirs", "c1", plain_sdp()}));
  EXPECT_FALSE(findings.any());
  watch.on_sent(kPhone, request({"UPDATE", "z9hG4bK3", 3, "theirs", "c1", plain_sdp()}));
  EXPECT_TRUE(found("an offer before the one of CSeq 2"));
}

TEST_F(BorderWatchTest, AnOfferIsOverWithTheConnectionThatItWentOver) {
  watch.on_sent(kPhone, request({"INVITE", "z9hG4bK1", 1, "", "c1", plain_sdp()}));
  watch.on_received(kPhone, response(200, {}));
  watch.on_sent(kPhone, request({"INVITE", "z9hG4bK2", 2, "theirs", "c1", plain_sdp()}));
  watch.on_connection_lost(kPhone);
  watch.on_sent(kPhone, request({"UPDATE", "z9hG4bK3", 3, "theirs", "c1", plain_sdp()}));
  EXPECT_FALSE(findings.any());
  watch.on_connection_lost(kSecret);
  watch.on_sent(kPhone, request({"UPDATE", "z9hG4bK4", 4, "theirs", "c1", plain_sdp()}));
  EXPECT_TRUE(found("an offer before the one of CSeq 3"));
}

TEST_F(BorderWatchTest, FindsAnInviteAcrossThePeers) {
  watch.on_sent(kPhone, request({}));
  std::string theirs = "INVITE sip:a@203.0.113.1 SIP/2.0\r\n" +
                       fields({"INVITE", "z9hG4bKp", 9, "", "c1", {}}, "theirs", "ours");
  watch.on_received(kPhone, theirs);
  watch.on_sent(kPhone, request({"INVITE", "z9hG4bK2", 2, "theirs", "c1", {}}));
  EXPECT_TRUE(found("an INVITE across the peer's"));
}

TEST_F(BorderWatchTest, FindsPlainMediaSaidToOneWhoRequiresSrtp) {
  watch.on_sent(kPhone, request({"INVITE", "z9hG4bK1", 1, "", "c1", plain_sdp()}));
  EXPECT_FALSE(findings.any());
  watch.on_sent(kSecret, request({"INVITE", "z9hG4bK2", 1, "", "c2", plain_sdp()}));
  EXPECT_TRUE(found("plain media said to one who requires SRTP"));
}

TEST_F(BorderWatchTest, FindsAPlainSessionForOneWhoRequiresSrtp) {
  watch.on_lease(sip_core::LeaseId(1), 16384);
  watch.on_lease(sip_core::LeaseId(2), 16386);
  watch.on_sent(kSecret, request({"INVITE", "z9hG4bK2", 1, "", "c2", plain_sdp()}));
  sip_core::SetMediaSession order;
  order.a.lease = sip_core::LeaseId(1);
  order.b.lease = sip_core::LeaseId(2);
  watch.on_media(order);
  EXPECT_TRUE(found("a media session without SRTP for ~z2~"));
}

TEST_F(BorderWatchTest, FindsASessionOnAPortThatWasNeverLent) {
  watch.on_media({});
  EXPECT_TRUE(found("a port that was never lent"));
}

TEST_F(BorderWatchTest, FindsATokenOfAnotherPeer) {
  watch.on_sent(kPhone, request({"INVITE", "z9hG4bK1", 1, "", "tag~z1~4", {}}));
  EXPECT_FALSE(findings.any());
  watch.on_sent(kPhone, request({"INVITE", "z9hG4bK2", 1, "", "tag~z2~4", {}}));
  EXPECT_TRUE(found("a token of ~z2~ was told to ~z1~"));
}

TEST_F(BorderWatchTest, FindsWhatIsNoSip) {
  watch.on_sent(kPhone, "hello");
  EXPECT_TRUE(found("no SIP message"));
}

}  // namespace
}  // namespace ringfence::simulation
