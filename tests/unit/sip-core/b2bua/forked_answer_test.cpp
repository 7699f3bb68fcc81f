// One INVITE of ours answered with several To tags (RFC 3261 §13.2.2): carriers fork.
#include "tests/unit/sip-core/b2bua/call_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;
using ::testing::HasSubstr;
using ::testing::Not;

class ForkedAnswerTest : public CallFixture {
 protected:
  explicit ForkedAnswerTest(SrtpPolicy alice_policy = SrtpPolicy::preferred,
                            SrtpPolicy bob_policy = SrtpPolicy::off)
      : CallFixture(config_with_policies(alice_policy, bob_policy)) {}
  void invite(const std::string& offer = audio_sdp(41000, some_crypto('A'))) {
    a = alice.invite("bob", offer);
    at_bob = bob.expect_request(Method::invite);
  }
  std::string our_key() {
    const auto& key = std::get<SdesSrtp>(session().a.protection).send_key_salt;
    return {key.bytes().begin(), key.bytes().end()};
  }
  sip::Message at_bob;
};

TEST_F(ForkedAnswerTest, GivesTheCallerADialogAndKeysOfItsOwnForEachForkWithMediaR109R120) {
  invite();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  const auto first = alice.expect_response(183);
  EXPECT_EQ(session().b.remote_rtp_port, 42000);
  const std::string first_key = our_key();
  bob.respond(at_bob, 183, {"two", audio_sdp(42100)});
  const auto second = alice.expect_response(183);
  EXPECT_NE(first.to_tag(), second.to_tag());
  EXPECT_EQ(session().b.remote_rtp_port, 42100);  // the latest is heard
  EXPECT_NE(our_key(), first_key);
  EXPECT_EQ(world.sessions.size(), 1U);  // and nothing is left of the other
}

TEST_F(ForkedAnswerTest, TellsARingingForkInTheDialogThatIsThere) {
  invite();
  bob.respond(at_bob, 180, {"one"});
  const auto first = alice.expect_response(180);
  bob.respond(at_bob, 180, {"two"});
  EXPECT_EQ(alice.expect_response(180).to_tag(), first.to_tag());
}

TEST_F(ForkedAnswerTest, TheForkWhose200ComesHasTheCallInItsOwnDialogR120) {
  invite();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  const auto first = alice.expect_response(183);
  const std::string first_key = our_key();
  bob.respond(at_bob, 183, {"two", audio_sdp(42100)});
  alice.expect_response(183);
  b = bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  const auto success = alice.expect_response(200);
  EXPECT_EQ(success.to_tag(), first.to_tag());
  EXPECT_EQ(std::string(success.body()), std::string(first.body()));
  EXPECT_EQ(session().b.remote_rtp_port, 42000);
  EXPECT_EQ(our_key(), first_key);
  EXPECT_EQ(bob.expect_request(Method::ack).to_tag(), "one");
  alice.ack(a, success);
  hang_up();
}

TEST_F(ForkedAnswerTest, AForkThatWasSilentWinsWithKeysThatNobodyElseKnowsR109) {
  invite();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  const auto first = alice.expect_response(183);
  const std::string first_key = our_key();
  b = bob.respond(at_bob, 200, {"three", audio_sdp(42200)});
  const auto success = alice.expect_response(200);
  EXPECT_NE(success.to_tag(), first.to_tag());
  EXPECT_NE(our_key(), first_key);
  EXPECT_EQ(session().b.remote_rtp_port, 42200);
  bob.expect_request(Method::ack);
  alice.ack(a, success);
  hang_up();
}

TEST_F(ForkedAnswerTest, EndsTheAnswerOfEveryOtherForkAndAcknowledgesItsRepetitionsR052) {
  invite();
  b = bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  alice.ack(a, alice.expect_response(200));
  bob.expect_request(Method::ack);
  bob.respond(at_bob, 200, {"two", audio_sdp(42100)});
  EXPECT_EQ(bob.expect_request(Method::ack).to_tag(), "two");
  const auto bye = bob.expect_request(Method::bye);
  EXPECT_EQ(bye.to_tag(), "two");
  bob.reply(bye, 200);
  bob.respond(at_bob, 200, {"two", audio_sdp(42100)});  // its ACK was lost
  EXPECT_EQ(bob.expect_request(Method::ack).to_tag(), "two");
  bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  EXPECT_EQ(bob.expect_request(Method::ack).to_tag(), "one");
  bob.expect_silence();
  alice.expect_silence();
  EXPECT_EQ(session().b.remote_rtp_port, 42000);
  expect_call_goes_on();
}

TEST_F(ForkedAnswerTest, AcknowledgesEachForksProvisionalsInItsOwnSequence) {
  invite();
  bob.respond(at_bob, 180, {"one", {}, 10});
  const auto one = bob.expect_request(Method::prack);
  bob.respond(at_bob, 183, {"two", audio_sdp(42100), 500});
  const auto two = bob.expect_request(Method::prack);
  EXPECT_EQ(one.to_tag(), "one");
  EXPECT_EQ(two.to_tag(), "two");
  EXPECT_THAT(std::string(two.header(HeaderName::rack).value_or("")), HasSubstr("500 "));
  EXPECT_EQ(one.cseq()->number, two.cseq()->number);  // each dialog counts from the INVITE on
  bob.respond(at_bob, 180, {"one", {}, 11});
  EXPECT_EQ(bob.expect_request(Method::prack).cseq()->number, one.cseq()->number + 1);
}

TEST_F(ForkedAnswerTest, AnEarlyOfferOfEachForkIsAnsweredInItsOwnDialog) {
  is_modern(alice);
  invite("");
  bob.respond(at_bob, 183, {"one", audio_sdp(42000), 1});
  const auto first = alice.expect_response(183);
  bob.respond(at_bob, 183, {"two", audio_sdp(42100), 1});
  const auto second = alice.expect_response(183);
  EXPECT_NE(first.to_tag(), second.to_tag());
  Dialogue one = alice.early(a, first);
  Dialogue two = alice.early(a, second);
  alice.prack(one, first, offered_crypto_sdp(41000, some_crypto('A')));
  EXPECT_EQ(bob.expect_request(Method::prack).to_tag(), "one");
  alice.expect_response(200);
  EXPECT_EQ(session().b.remote_rtp_port, 42000);
  alice.prack(two, second, offered_crypto_sdp(41002, some_crypto('B')));
  EXPECT_EQ(bob.expect_request(Method::prack).to_tag(), "two");
  alice.expect_response(200);
  EXPECT_EQ(session().b.remote_rtp_port, 42100);
  bob.respond(at_bob, 200, {"one"});
  bob.expect_request(Method::ack);
  EXPECT_EQ(alice.expect_response(200).to_tag(), first.to_tag());
  EXPECT_EQ(session().b.remote_rtp_port, 42000);
  EXPECT_EQ(session().a.remote_rtp_port, 41000);
}

TEST_F(ForkedAnswerTest, ByeInOneEarlyDialogLeavesTheOthersAlone) {
  invite();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  Dialogue one = alice.early(a, alice.expect_response(183));
  bob.respond(at_bob, 183, {"two", audio_sdp(42100)});
  alice.expect_response(183);
  alice.request(one, Method::bye);
  alice.expect_response(200);
  bob.expect_silence();
  EXPECT_EQ(world.engine().health().calls, 1U);
}

TEST_F(ForkedAnswerTest, KnowsOnlyTheWinnersDialogAfterTheAnswer) {
  invite();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  Dialogue one = alice.early(a, alice.expect_response(183));
  bob.respond(at_bob, 200, {"two", audio_sdp(42100)});
  alice.ack(a, alice.expect_response(200));
  bob.expect_request(Method::ack);
  one.cseq += 1;
  alice.request(one, Method::bye);
  alice.expect_response(481);
  expect_call_goes_on();
}

class RequiredSrtpForkTest : public ForkedAnswerTest {
 protected:
  RequiredSrtpForkTest() : ForkedAnswerTest(SrtpPolicy::required, SrtpPolicy::required) {}
};

TEST_F(RequiredSrtpForkTest, HoldsEachForkToItsKeysR108) {
  invite();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000, some_crypto('B'))});
  alice.expect_response(183);
  bob.respond(at_bob, 183, {"two", audio_sdp(42100)});
  bob.expect_request(Method::cancel);
  alice.expect_response(488);
  EXPECT_TRUE(world.sessions.empty());
}

TEST_F(RequiredSrtpForkTest, NeverTakesOneForksKeyForAnothersR120) {
  invite();
  bob.respond(at_bob, 183, {"one", audio_sdp(42000, some_crypto('B'))});
  alice.expect_response(183);
  const auto first = std::get<SdesSrtp>(session().b.protection).receive_key_salt.copy();
  bob.respond(at_bob, 183, {"two", audio_sdp(42100, some_crypto('C'))});
  alice.expect_response(183);
  const auto& second = std::get<SdesSrtp>(session().b.protection).receive_key_salt;
  EXPECT_FALSE(std::ranges::equal(first.bytes(), second.bytes()));
}

// Bob is on SRTP: whoever his carrier forked the INVITE to has seen the key that we send with.
class ForkedKeyTest : public ForkedAnswerTest {
 protected:
  ForkedKeyTest() : ForkedAnswerTest(SrtpPolicy::preferred, SrtpPolicy::required) {}
  std::string key_towards_bob() {
    const auto& key = std::get<SdesSrtp>(session().b.protection).send_key_salt;
    return {key.bytes().begin(), key.bytes().end()};
  }
  // One rings and two answers.
  void answer_by_the_second() {
    invite();
    bob.respond(at_bob, 180, {"one"});
    alice.expect_response(180);
    b = bob.respond(at_bob, 200, {"two", audio_sdp(42100, some_crypto('B'))});
    bob.expect_request(Method::ack);
    seen_by_all = key_towards_bob();
    alice.ack(a, alice.expect_response(200));
  }
  std::string seen_by_all;
};

TEST_F(ForkedKeyTest, TheWinnerAloneIsOfferedANewKeyOnceTheCallerIsThereR120) {
  answer_by_the_second();
  const auto offer = bob.expect_request(Method::invite);
  EXPECT_EQ(offer.to_tag(), "two");
  EXPECT_THAT(std::string(at_bob.body()), HasSubstr("a=crypto"));
  bob.reply(offer, 200, audio_sdp(42100, some_crypto('B')));
  bob.expect_request(Method::ack);
  EXPECT_NE(key_towards_bob(), seen_by_all);
  EXPECT_EQ(session().b.remote_rtp_port, 42100);
  alice.expect_silence();
  hang_up();
}

TEST_F(ForkedKeyTest, AWinnerThatTakesNoNewKeyGoesOnUnderTheOldOneR120) {
  answer_by_the_second();
  bob.reply(bob.expect_request(Method::invite), 488);
  bob.expect_request(Method::ack);
  EXPECT_EQ(key_towards_bob(), seen_by_all);
  expect_call_goes_on();
}

TEST_F(ForkedKeyTest, ACallThatWasNotForkedKeepsItsKeyR120) {
  invite();
  bob.respond(at_bob, 180, {"one"});
  alice.expect_response(180);
  b = bob.respond(at_bob, 200, {"one", audio_sdp(42100, some_crypto('B'))});
  bob.expect_request(Method::ack);
  alice.ack(a, alice.expect_response(200));
  bob.expect_silence();
}

}  // namespace
}  // namespace ringfence::sip_core
