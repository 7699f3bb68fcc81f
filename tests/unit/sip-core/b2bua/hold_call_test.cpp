// Hold and resume from either side, in every form, and what re-offers keep (RFC 3264 §8).
#include "tests/unit/sip-core/b2bua/call_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using sip::Method;
using ::testing::HasSubstr;
using ::testing::Not;

class HoldCallTest : public CallFixture {
 protected:
  std::string alice_says(const std::string& direction) {
    return audio_sdp(41000, some_crypto('A'), direction);
  }
  static std::string bob_says(const std::string& direction) {
    return audio_sdp(42000, {}, direction);
  }
  static std::string without_address(std::string sdp) {  // RFC 2543's hold
    const auto at = sdp.find("c=IN IP4 127.0.0.1");
    return sdp.replace(at, 18, "c=IN IP4 0.0.0.0");
  }
  static std::string version_of(const sip::Message& message) {
    const std::string body(message.body());
    const auto begin = body.find("o=");
    return body.substr(begin, body.find("\r\n", begin) - begin);
  }
  // alice offers, bob answers; what bob was offered comes back.
  std::string alice_offers(const std::string& offer, const std::string& answer) {
    alice.request(a, Method::invite, offer);
    const auto reinvite = bob.expect_request(Method::invite);
    bob.reply(reinvite, 200, answer);
    to_alice = alice.expect_response(200);
    alice.ack(a, to_alice);
    bob.expect_request(Method::ack);
    return std::string(reinvite.body());
  }
  std::string bob_offers(const std::string& offer, const std::string& answer) {
    bob.request(b, Method::invite, offer);
    const auto reinvite = alice.expect_request(Method::invite);
    alice.reply(reinvite, 200, answer);
    to_bob = bob.expect_response(200);
    bob.ack(b, to_bob);
    alice.expect_request(Method::ack);
    return std::string(reinvite.body());
  }
  sip::Message to_alice;
  sip::Message to_bob;
};

struct Hold {
  const char* offered;
  const char* answered;
  bool hears_offerer;  // the answerer gets what the offerer sends
  bool hears_answerer;
};

TEST_F(HoldCallTest, EveryDirectionPassesFromEitherSideAndBack) {
  establish();
  for (const Hold& hold :
       {Hold{"sendonly", "recvonly", true, false}, Hold{"inactive", "inactive", false, false},
        Hold{"recvonly", "sendonly", false, true}, Hold{"sendonly", "inactive", false, false},
        Hold{"sendrecv", "sendrecv", true, true}}) {
    SCOPED_TRACE(std::string(hold.offered) + " " + hold.answered);
    EXPECT_THAT(alice_offers(alice_says(hold.offered), bob_says(hold.answered)),
                HasSubstr(std::string("a=") + hold.offered));
    EXPECT_THAT(std::string(to_alice.body()), HasSubstr(std::string("a=") + hold.answered));
    EXPECT_EQ(session().b.send_to_peer, hold.hears_offerer);
    EXPECT_EQ(session().a.send_to_peer, hold.hears_answerer);
    EXPECT_THAT(bob_offers(bob_says(hold.offered), alice_says(hold.answered)),
                HasSubstr(std::string("a=") + hold.offered));
    EXPECT_THAT(std::string(to_bob.body()), HasSubstr(std::string("a=") + hold.answered));
    EXPECT_EQ(session().a.send_to_peer, hold.hears_offerer);
    EXPECT_EQ(session().b.send_to_peer, hold.hears_answerer);
    EXPECT_TRUE(std::holds_alternative<SdesSrtp>(session().a.protection));
  }
  hang_up();
}

TEST_F(HoldCallTest, UnderstandsTheHoldOfRFC2543AndTellsItAsADirection) {
  establish();
  const std::string offered =
      alice_offers(without_address(alice_says("sendrecv")), bob_says("recvonly"));
  EXPECT_THAT(offered, HasSubstr("a=sendonly"));
  EXPECT_THAT(offered, Not(HasSubstr("0.0.0.0")));
  EXPECT_FALSE(session().a.remote_address);
  EXPECT_FALSE(session().a.send_to_peer);
  alice_offers(alice_says("sendrecv"), bob_says("sendrecv"));
  EXPECT_TRUE(session().a.send_to_peer);
  EXPECT_TRUE(session().a.remote_address);
}

TEST_F(HoldCallTest, KeepsItsKeyThroughHoldAndResumeR118R127) {
  establish();
  const auto key = std::get<SdesSrtp>(session().a.protection).send_key_salt.copy();
  alice_offers(alice_says("sendonly"), bob_says("recvonly"));
  alice_offers(alice_says("sendrecv"), bob_says("sendrecv"));
  const auto& now = std::get<SdesSrtp>(session().a.protection).send_key_salt;
  EXPECT_TRUE(std::ranges::equal(key.bytes(), now.bytes()));
}

TEST_F(HoldCallTest, TheVersionGoesUpWhenSomethingChangedAndStaysWhenNothingDidR057) {
  establish();
  alice_offers(alice_says("sendrecv"), bob_says("sendrecv"));
  const std::string before = version_of(to_alice);
  alice_offers(alice_says("sendrecv"), bob_says("sendrecv"));
  EXPECT_EQ(version_of(to_alice), before);
  alice_offers(alice_says("sendonly"), bob_says("recvonly"));
  EXPECT_NE(version_of(to_alice), before);
}

TEST_F(HoldCallTest, AnswersEveryStreamOfAnOfferInItsPlaceR057) {
  establish();
  const std::string video = "m=video 41020 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n";
  alice_offers(alice_says("sendrecv") + video, bob_says("sendrecv"));
  const std::string body(to_alice.body());
  EXPECT_LT(body.find("m=audio"), body.find("m=video 0 RTP/AVP 96"));
  alice_offers(alice_says("sendrecv") + "m=video 0 RTP/AVP 96\r\n", bob_says("sendrecv"));
  EXPECT_THAT(std::string(to_alice.body()), HasSubstr("m=video 0 "));
  alice.request(a, Method::invite, alice_says("sendrecv"));  // RFC 3264 §8: never fewer
  alice.expect_response(488);
  expect_call_goes_on();
}

TEST_F(HoldCallTest, ReInvitesWithoutAnOfferResumeFromHoldOnEitherSideR059) {
  establish();
  bob_offers(bob_says("sendonly"), alice_says("recvonly"));
  EXPECT_FALSE(session().b.send_to_peer);
  bob.request(b, Method::invite);
  alice.reply(alice.expect_request(Method::invite), 200, alice_says("sendrecv"));
  const auto offer = bob.expect_response(200);
  bob.ack(b, offer, bob_says("sendrecv"));
  EXPECT_THAT(std::string(alice.expect_request(Method::ack).body()), HasSubstr("a=crypto:1"));
  EXPECT_TRUE(session().b.send_to_peer);
  alice.request(a, Method::invite);
  bob.reply(bob.expect_request(Method::invite), 200, bob_says("sendrecv"));
  const auto other = alice.expect_response(200);
  EXPECT_THAT(std::string(other.body()), HasSubstr("RTP/SAVP"));
  alice.ack(a, other, alice_says("sendonly"));
  EXPECT_THAT(std::string(bob.expect_request(Method::ack).body()), HasSubstr("a=sendonly"));
  EXPECT_FALSE(session().a.send_to_peer);
  hang_up();
}

TEST_F(HoldCallTest, AnAckThatAnswersWithoutKeysEndsTheCallR059) {
  establish();
  alice.request(a, Method::invite);
  bob.reply(bob.expect_request(Method::invite), 200, bob_says("sendrecv"));
  alice.ack(a, alice.expect_response(200), audio_sdp(41000));
  bob.expect_request(Method::ack);
  bob.reply(bob.expect_request(Method::bye), 200);
  alice.reply(alice.expect_request(Method::bye), 200);
  expect_no_call();
  EXPECT_EQ(world.count_log("srtp-reject"), 1U);
}

}  // namespace
}  // namespace ringfence::sip_core
