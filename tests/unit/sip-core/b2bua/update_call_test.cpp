// UPDATE (RFC 3311) from either side, before the answer and within the call, and glare.
#include "tests/unit/sip-core/b2bua/call_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;
using ::testing::HasSubstr;
using ::testing::Not;

class UpdateCallTest : public CallFixture {
 protected:
  UpdateCallTest() {
    is_modern(alice);
    is_modern(bob);
  }
  std::string offer_of_alice(const std::string& direction = "sendrecv") {
    return audio_sdp(41000, some_crypto('A'), direction);
  }
  // Both early dialogs have a description that was acknowledged.
  void reach_early_media() {
    a = alice.invite("bob", offer_of_alice());
    at_bob = bob.expect_request(Method::invite);
    b = bob.respond(at_bob, 183, {"one", audio_sdp(42000), 1});
    bob.reply(bob.expect_request(Method::prack), 200);
    const auto progress = alice.expect_response(183);
    a = alice.early(a, progress);
    alice.prack(a, progress);
    alice.expect_response(200);
  }
  void finish_set_up() {
    bob.respond(at_bob, 200, {"one"});
    bob.expect_request(Method::ack);
    const auto success = alice.expect_response(200);
    EXPECT_TRUE(success.body().empty());
    Dialogue of_invite = a;
    of_invite.cseq = success.cseq()->number;
    alice.ack(of_invite, success);
  }
  sip::Message at_bob;
};

TEST_F(UpdateCallTest, CarriesTheCallersOfferBeforeTheAnswer) {
  reach_early_media();
  alice.request(a, Method::update, offer_of_alice("sendonly"));
  const auto update = bob.expect_request(Method::update);
  EXPECT_EQ(update.to_tag(), "one");
  EXPECT_TRUE(update.contact());
  EXPECT_THAT(std::string(update.body()), HasSubstr("a=sendonly"));
  EXPECT_THAT(std::string(update.body()), Not(HasSubstr("crypto")));
  bob.reply(update, 200, audio_sdp(42000, {}, "recvonly"));
  const auto answer = alice.expect_response(200);
  EXPECT_EQ(answer.method(), Method::update);
  EXPECT_THAT(std::string(answer.body()), HasSubstr("a=recvonly"));
  EXPECT_FALSE(session().a.send_to_peer);
  finish_set_up();
  EXPECT_FALSE(session().a.send_to_peer);
  hang_up();
}

TEST_F(UpdateCallTest, CarriesTheCalleesOfferBeforeTheAnswer) {
  reach_early_media();
  bob.request(b, Method::update, audio_sdp(42010));
  const auto update = alice.expect_request(Method::update);
  EXPECT_THAT(std::string(update.body()), HasSubstr("a=crypto:"));
  alice.reply(update, 200, offer_of_alice());
  bob.expect_response(200);
  EXPECT_EQ(session().b.remote_rtp_port, 42010);
  finish_set_up();
  hang_up();
}

TEST_F(UpdateCallTest, WaitsForTheFirstAnswerRFC3311Section52) {
  a = alice.invite("bob", offer_of_alice());
  at_bob = bob.expect_request(Method::invite);
  b = bob.respond(at_bob, 183, {"one", audio_sdp(42000), 1});
  bob.reply(bob.expect_request(Method::prack), 200);
  const auto progress = alice.expect_response(183);
  a = alice.early(a, progress);
  alice.request(a, Method::update, offer_of_alice());  // before her PRACK
  EXPECT_TRUE(alice.expect_response(500).has(HeaderName::retry_after));
  bob.expect_silence();
}

TEST_F(UpdateCallTest, CannotAskACalleeWhoseAnswerWasNotReliable) {
  a = alice.invite("bob", offer_of_alice());
  at_bob = bob.expect_request(Method::invite);
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  const auto progress = alice.expect_response(183);
  a = alice.early(a, progress);
  alice.prack(a, progress);
  alice.expect_response(200);
  alice.request(a, Method::update, offer_of_alice());
  alice.expect_response(504);
  bob.expect_silence();
}

TEST_F(UpdateCallTest, CarriesAnOfferInThePrackToTheCalleeByUpdate) {
  a = alice.invite("bob", offer_of_alice());
  at_bob = bob.expect_request(Method::invite);
  b = bob.respond(at_bob, 183, {"one", audio_sdp(42000), 1});
  bob.reply(bob.expect_request(Method::prack), 200);
  const auto progress = alice.expect_response(183);
  a = alice.early(a, progress);
  alice.prack(a, progress, offer_of_alice("sendonly"));
  const auto update = bob.expect_request(Method::update);
  bob.reply(update, 200, audio_sdp(42000, {}, "recvonly"));
  const auto answer = alice.expect_response(200);
  EXPECT_EQ(answer.method(), Method::prack);
  EXPECT_THAT(std::string(answer.body()), HasSubstr("a=recvonly"));
  finish_set_up();
}

TEST_F(UpdateCallTest, AnswersOneWithoutAnOfferItselfAndFollowsItsTarget) {
  establish();
  alice.request(a, Method::update);
  EXPECT_TRUE(alice.expect_response(200).contact());
  bob.expect_silence();
}

TEST_F(UpdateCallTest, CarriesOffersWithinTheCall) {
  establish();
  alice.request(a, Method::update, offer_of_alice("inactive"));
  const auto update = bob.expect_request(Method::update);
  bob.reply(update, 200, audio_sdp(42000, {}, "inactive"));
  EXPECT_THAT(std::string(alice.expect_response(200).body()), HasSubstr("a=inactive"));
  bob.request(b, Method::update, audio_sdp(42000));
  alice.reply(alice.expect_request(Method::update), 200, offer_of_alice());
  bob.expect_response(200);
  bob.expect_silence();  // no ACK for an UPDATE
  hang_up();
}

TEST_F(UpdateCallTest, AsksAPeerThatDoesNotAllowItByReInvite) {
  bob.says = {{HeaderName::allow, "INVITE, ACK, CANCEL, BYE"}};
  establish();
  alice.request(a, Method::update, offer_of_alice("sendonly"));
  bob.reply(bob.expect_request(Method::invite), 200, audio_sdp(42000, {}, "recvonly"));
  bob.expect_request(Method::ack);
  EXPECT_EQ(alice.expect_response(200).method(), Method::update);
  hang_up();
}

TEST_F(UpdateCallTest, AnOfferThatDropsItsKeysGets488AndTheCallGoesOnR058) {
  establish();
  alice.request(a, Method::update, audio_sdp(41000));
  alice.expect_response(488);
  bob.expect_silence();
  EXPECT_TRUE(std::holds_alternative<SdesSrtp>(session().a.protection));
  expect_call_goes_on();
}

TEST_F(UpdateCallTest, LeavesTheOldMediaWhenTheOtherSideRefusesR058) {
  establish();
  alice.request(a, Method::update, audio_sdp(41010, some_crypto('A')));
  bob.reply(bob.expect_request(Method::update), 488);
  alice.expect_response(488);
  EXPECT_EQ(session().a.remote_rtp_port, 41000);
  expect_call_goes_on();
}

TEST_F(UpdateCallTest, AnswersOffersThatCrossWith491R055) {
  establish();
  alice.request(a, Method::update, offer_of_alice("sendonly"));
  const auto update = bob.expect_request(Method::update);
  bob.request(b, Method::update, audio_sdp(42000));
  bob.expect_response(491);
  alice.request(a, Method::update, offer_of_alice());
  EXPECT_TRUE(alice.expect_response(500).has(HeaderName::retry_after));
  bob.reply(update, 200, audio_sdp(42000, {}, "recvonly"));
  alice.expect_response(200);
  hang_up();
}

TEST_F(UpdateCallTest, PassesThe491OfTheOtherSideBackR055) {
  establish();
  alice.request(a, Method::update, offer_of_alice("sendonly"));
  bob.reply(bob.expect_request(Method::update), 491);
  alice.expect_response(491);
  expect_call_goes_on();
  alice.request(a, Method::update, offer_of_alice("sendonly"));
  bob.reply(bob.expect_request(Method::update), 200, audio_sdp(42000, {}, "recvonly"));
  alice.expect_response(200);
}

}  // namespace
}  // namespace ringfence::sip_core
