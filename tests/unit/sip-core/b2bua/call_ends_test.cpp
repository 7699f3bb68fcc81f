// Messages that cross or are lost at the ends of a call: no ghost call is left (F075).
#include "tests/unit/sip-core/b2bua/call_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;
using ::testing::HasSubstr;
using ::testing::Not;

class CallEndsTest : public CallFixture {
 protected:
  void ring() {
    a = alice.invite("bob", audio_sdp(41000, some_crypto('A')));
    at_bob = bob.expect_request(Method::invite);
    bob.respond(at_bob, 180, {"one"});
    alice.expect_response(180);
  }
  sip::Message at_bob;
};

TEST_F(CallEndsTest, ALate2xxAfterTheCancelWasAnsweredIsEndedR053F075) {
  ring();
  alice.cancel(a);
  bob.reply(bob.expect_request(Method::cancel), 200);
  alice.expect_response(200);
  alice.expect_response(487);
  world.advance(10s);
  bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  bob.reply(bob.expect_request(Method::bye), 200);
  alice.expect_silence();
  expect_no_call();
}

TEST_F(CallEndsTest, ARepeated2xxIsAcknowledgedAgainForAsLongAsItMayComeRFC6026) {
  ring();
  b = bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  alice.ack(a, alice.expect_response(200));
  world.advance(20s);
  bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  EXPECT_EQ(world.engine().census().calls.client_transactions, 1U);
  world.advance(13s);
  EXPECT_EQ(world.engine().census().calls.client_transactions, 0U);
  expect_call_goes_on();
  hang_up();
}

TEST_F(CallEndsTest, ACancelThatNobodyAnswersLeavesNothingF075) {
  ring();
  alice.cancel(a);
  bob.expect_request(Method::cancel);
  alice.expect_response(200);
  alice.expect_response(487);
  expect_no_call();
  world.advance(64s);
  EXPECT_EQ(world.store().pending_invites(), 0U);
}

TEST_F(CallEndsTest, ACancelAfterThe200EndsNothingR053) {
  ring();
  b = bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  const auto success = alice.expect_response(200);
  alice.cancel(a);
  alice.expect_response(200);  // to the CANCEL, which finds its INVITE answered
  bob.expect_silence();
  alice.ack(a, success);
  expect_call_goes_on();
  hang_up();
}

TEST_F(CallEndsTest, AByeThatNobodyAnswersEndsTheCallAllTheSameF075) {
  establish();
  alice.request(a, Method::bye);
  alice.expect_response(200);
  expect_no_call();
  world.advance(33s);
  for (int sent = 0; sent < 11; ++sent)
    bob.expect_request(Method::bye);
  bob.expect_silence();
}

TEST_F(CallEndsTest, ByesThatCrossAreBothRight) {
  establish();
  alice.request(a, Method::bye);
  const auto to_bob = bob.expect_request(Method::bye);
  bob.request(b, Method::bye);
  bob.expect_response(200);
  bob.reply(to_bob, 200);
  alice.expect_response(200);
  alice.expect_silence();
  expect_no_call();
}

TEST_F(CallEndsTest, AByeBeforeTheAckWaitsForIt) {
  ring();
  b = bob.respond(at_bob, 200, {"one", audio_sdp(42000)});
  bob.expect_request(Method::ack);
  const auto success = alice.expect_response(200);
  bob.request(b, Method::bye);
  bob.expect_response(200);
  alice.expect_silence();  // RFC 3261 §15: not before her ACK
  alice.ack(a, success);
  alice.reply(alice.expect_request(Method::bye), 200);
  expect_no_call();
}

TEST_F(CallEndsTest, ACallWithoutMediaEndsOnBothSidesR169F097) {
  establish();
  EXPECT_EQ(session().silence_timeout, 120s);
  world.fall_silent();
  for (UserAgent* agent : {&alice, &bob}) {
    const auto bye = agent->expect_request(Method::bye);
    EXPECT_THAT(std::string(bye.header(HeaderName::reason).value_or("")),
                HasSubstr("media_timeout"));
    agent->reply(bye, 200);
  }
  expect_no_call();
  const auto counters = world.engine().health().counters;
  const auto ended = std::ranges::find(counters, "calls_ended_media_timeout_total",
                                       [](const auto& counter) { return counter.first; });
  ASSERT_NE(ended, counters.end());
  EXPECT_EQ(ended->second, 1U);
}

TEST_F(CallEndsTest, ACallOnHoldMayBeSilentR169F097) {
  establish();
  alice.request(a, Method::invite, audio_sdp(41000, some_crypto('A'), "sendonly"));
  bob.reply(bob.expect_request(Method::invite), 200, audio_sdp(42000, {}, "recvonly"));
  alice.ack(a, alice.expect_response(200));
  bob.expect_request(Method::ack);
  EXPECT_EQ(session().silence_timeout, 0s);
  world.fall_silent();
  bob.expect_silence();
  expect_call_goes_on();
}

TEST_F(CallEndsTest, APhoneThatRingsWithEarlyMediaMayBeSilent) {
  a = alice.invite("bob", audio_sdp(41000, some_crypto('A')));
  at_bob = bob.expect_request(Method::invite);
  bob.respond(at_bob, 183, {"one", audio_sdp(42000)});
  alice.expect_response(183);
  EXPECT_EQ(session().silence_timeout, 0s);
}

TEST_F(CallEndsTest, TheMediaTimeoutIsASetting) {
  Config config = config_with_policies(SrtpPolicy::preferred, SrtpPolicy::off);
  config.settings["media_timeout_s"] = "30";
  world.set_config(config);
  establish();
  EXPECT_EQ(session().silence_timeout, 30s);
}

}  // namespace
}  // namespace ringfence::sip_core
