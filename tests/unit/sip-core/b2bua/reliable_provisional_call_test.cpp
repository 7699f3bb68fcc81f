// Reliable provisional responses (RFC 3262) in calls: each leg on its own terms.
#include "tests/unit/sip-core/b2bua/call_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;
using ::testing::HasSubstr;
using ::testing::Not;

class ReliableCallTest : public CallFixture {
 protected:
  void invite(const std::string& offer = audio_sdp(41000, some_crypto('A'))) {
    a = alice.invite("bob", offer);
    at_bob = bob.expect_request(Method::invite);
  }
  std::string rack_of(const sip::Message& prack) {
    return std::string(prack.header(HeaderName::rack).value_or(""));
  }
  sip::Message at_bob;
};

TEST_F(ReliableCallTest, OffersAndAcknowledgesThemTowardsTheCalleeAlone) {
  invite();
  EXPECT_TRUE(at_bob.lists(HeaderName::supported, "100rel"));
  EXPECT_FALSE(at_bob.has(HeaderName::require));
  b = bob.respond(at_bob, 183, {"one", audio_sdp(42000), 77});
  const auto prack = bob.expect_request(Method::prack);
  EXPECT_EQ(rack_of(prack), "77 " + std::to_string(at_bob.cseq()->number) + " INVITE");
  EXPECT_EQ(prack.to_tag(), "one");
  bob.reply(prack, 200);
  const auto progress = alice.expect_response(183);  // she knows nothing of it
  EXPECT_FALSE(progress.has(HeaderName::require));
  EXPECT_FALSE(progress.has(HeaderName::rseq));
  EXPECT_THAT(std::string(progress.body()), HasSubstr("m=audio"));
  bob.respond(at_bob, 200, {"one"});  // the answer was given before
  const auto success = alice.expect_response(200);
  EXPECT_THAT(std::string(success.body()), HasSubstr("m=audio"));
  alice.ack(a, success);
  bob.expect_request(Method::ack);
  hang_up();
}

TEST_F(ReliableCallTest, LooksAtARepetitionNoMoreAndLeavesAGapAlone) {
  invite();
  bob.respond(at_bob, 180, {"one", {}, 5});
  bob.reply(bob.expect_request(Method::prack), 200);
  alice.expect_response(180);
  bob.respond(at_bob, 180, {"one", {}, 5});
  bob.respond(at_bob, 183, {"one", audio_sdp(42000), 7});
  bob.expect_silence();
  alice.expect_silence();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000), 6});
  EXPECT_THAT(rack_of(bob.expect_request(Method::prack)), HasSubstr("6 "));
  alice.expect_response(183);
}

TEST_F(ReliableCallTest, SendsDescriptionsReliablyToACallerWhoKnowsHow) {
  is_modern(alice);
  invite();
  bob.respond(at_bob, 180, {"one"});
  EXPECT_FALSE(alice.expect_response(180).has(HeaderName::rseq));
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  const auto progress = alice.expect_response(183);
  EXPECT_TRUE(progress.lists(HeaderName::require, "100rel"));
  ASSERT_TRUE(progress.number(HeaderName::rseq));
  world.advance(500ms);
  EXPECT_EQ(alice.expect_response(183).number(HeaderName::rseq), progress.number(HeaderName::rseq));
  a = alice.early(a, progress);
  alice.prack(a, progress);
  alice.expect_response(200);
  bob.expect_silence();  // bob did not ask for one
  world.advance(5s);
  alice.expect_silence();
  bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  const auto success = alice.expect_response(200);
  EXPECT_TRUE(success.body().empty());  // RFC 6337 §3.1.1
  alice.ack(a, success);
  bob.expect_request(Method::ack);
  hang_up();
}

TEST_F(ReliableCallTest, SendsAllReliablyAndOneByOneToACallerWhoRequiresIt) {
  alice.says = {{HeaderName::require, "100rel"}};
  invite();
  EXPECT_FALSE(at_bob.has(HeaderName::require));
  bob.respond(at_bob, 180, {"one"});
  const auto ringing = alice.expect_response(180);
  EXPECT_TRUE(ringing.has(HeaderName::rseq));
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  alice.expect_silence();
  a = alice.early(a, ringing);
  alice.prack(a, ringing);
  alice.expect_response(200);
  const auto progress = alice.expect_response(183);
  EXPECT_EQ(*progress.number(HeaderName::rseq), *ringing.number(HeaderName::rseq) + 1);
  alice.prack(a, progress);
  alice.expect_response(200);
}

TEST_F(ReliableCallTest, RefusesAPrackThatAcknowledgesNothing) {
  is_modern(alice);
  invite();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  const auto progress = alice.expect_response(183);
  a = alice.early(a, progress);
  alice.prack(a, at_bob);  // no RSeq of ours
  alice.expect_response(481);
  alice.prack(a, progress);
  alice.expect_response(200);
  alice.prack(a, progress);
  alice.expect_response(481);
}

TEST_F(ReliableCallTest, HoldsThe200BackUntilTheDescriptionIsAcknowledged) {
  is_modern(alice);
  invite();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  const auto progress = alice.expect_response(183);
  b = bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  alice.expect_silence();
  a = alice.early(a, progress);
  alice.prack(a, progress);
  alice.expect_response(200);  // to the PRACK
  const auto success = alice.expect_response(200);
  EXPECT_EQ(success.method(), Method::invite);
  alice.ack(a, success);
  expect_call_goes_on();
  hang_up();
}

TEST_F(ReliableCallTest, EndsBothSidesWhenNoPrackComesF075) {
  is_modern(alice);
  invite();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  world.advance(32s);
  for (int sent = 0; sent < 7; ++sent)
    alice.expect_response(183);
  alice.expect_response(504);
  bob.reply(bob.expect_request(Method::cancel), 200);
  bob.reply(at_bob, 487);
  bob.expect_request(Method::ack);
  expect_no_call();
}

TEST_F(ReliableCallTest, EndsACalleeWhoAnsweredMeanwhileWithByeF075) {
  is_modern(alice);
  invite();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  world.advance(32s);
  bob.reply(bob.expect_request(Method::bye), 200);
  for (int sent = 0; sent < 7; ++sent)
    alice.expect_response(183);
  alice.expect_response(504);
  expect_no_call();
}

TEST_F(ReliableCallTest, EndsACalleeWhoseAnswerIsHeldBackWhenTheCallerCancels) {
  is_modern(alice);
  invite();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  alice.expect_response(183);
  bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  alice.cancel(a);
  bob.reply(bob.expect_request(Method::bye), 200);
  alice.expect_response(200);
  alice.expect_response(487);
  expect_no_call();
}

TEST_F(ReliableCallTest, TellsTheCallerWhenTheCalleeHangsUpWhileItsAnswerIsHeldBack) {
  is_modern(alice);
  invite();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  alice.expect_response(183);
  b = bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  bob.request(b, Method::bye);
  bob.expect_response(200);
  alice.expect_response(480);
  expect_no_call();
}

TEST_F(ReliableCallTest, CarriesAnEarlyOfferOfTheCalleesAndItsAnswerInPrack) {
  is_modern(alice);
  invite("");
  EXPECT_TRUE(at_bob.lists(HeaderName::supported, "100rel"));
  bob.respond(at_bob, 183, {"one", audio_sdp(42000), 9});
  bob.expect_silence();  // its PRACK waits for the answer
  const auto progress = alice.expect_response(183);
  EXPECT_THAT(std::string(progress.body()), HasSubstr("a=crypto:1"));
  EXPECT_TRUE(world.sessions.empty());
  a = alice.early(a, progress);
  alice.prack(a, progress, offered_crypto_sdp(41000, some_crypto('A')));
  const auto prack = bob.expect_request(Method::prack);
  EXPECT_THAT(std::string(prack.body()), HasSubstr("m=audio"));
  EXPECT_THAT(std::string(prack.body()), Not(HasSubstr("crypto")));
  bob.reply(prack, 200);
  alice.expect_response(200);
  ASSERT_EQ(world.sessions.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<SdesSrtp>(session().a.protection));
  b = bob.respond(at_bob, 200, {"one"});
  const auto success = alice.expect_response(200);
  EXPECT_TRUE(success.body().empty());
  alice.ack(a, success);
  EXPECT_TRUE(bob.expect_request(Method::ack).body().empty());
  hang_up();
}

TEST_F(ReliableCallTest, AsksNoEarlyOfferForACallerWhoCouldNotAnswerIt) {
  invite("");
  EXPECT_FALSE(at_bob.lists(HeaderName::supported, "100rel"));
}

class RequiredReliableCallTest : public ReliableCallTest {
 protected:
  RequiredReliableCallTest() {
    world.set_config(config_with_policies(SrtpPolicy::required, SrtpPolicy::off));
  }
};

TEST_F(RequiredReliableCallTest, EndsAnEarlyOfferThatIsAnsweredWithoutKeysR059) {
  is_modern(alice);
  invite("");
  bob.respond(at_bob, 183, {"one", audio_sdp(42000), 9});
  const auto progress = alice.expect_response(183);
  EXPECT_THAT(std::string(progress.body()), HasSubstr("RTP/SAVP"));
  a = alice.early(a, progress);
  alice.prack(a, progress, audio_sdp(41000));
  alice.expect_response(200);
  alice.expect_response(488);
  bob.expect_request(Method::cancel);
  EXPECT_TRUE(world.sessions.empty());
  EXPECT_EQ(world.count_log("srtp-reject"), 1U);
}

}  // namespace
}  // namespace ringfence::sip_core
