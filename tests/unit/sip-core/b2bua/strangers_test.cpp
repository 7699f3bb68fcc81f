// What strangers try on calls that are not theirs.
#include "tests/unit/sip-core/b2bua/call_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using sip::HeaderName;
using sip::Method;

class StrangersTest : public CallFixture {
 protected:
  std::uint64_t counter(std::string_view name) {
    for (const auto& [key, value] : world.engine().health().counters) {
      if (key == name) return value;
    }
    return 0;
  }

  UserAgent mallory =
      UserAgent::on_stream(world, {"mallory", "", "demo.example"}, kPublicTls, "127.0.0.66:40001");
};

TEST_F(StrangersTest, GuessedTagsAreNoDialogAndNoWayRoundTheChallengeF071) {
  establish();
  Dialogue guess = a;
  guess.remote = "<sip:bob@demo.example>;tag=guess";
  for (const Method method : {Method::invite, Method::bye, Method::refer}) {
    mallory.request(guess, method);
    mallory.expect_response(481);
  }
  EXPECT_EQ(counter("sip_dialog_mismatch_total"), 3U);
  expect_call_goes_on();
  bob.expect_silence();
}

TEST_F(StrangersTest, ACancelFromElsewhereCancelsNothingF071) {
  a = alice.invite("bob", audio_sdp(41000, some_crypto('A')));
  const auto invite = bob.expect_request(Method::invite);
  mallory.cancel(a);
  mallory.expect_response(481);
  bob.expect_silence();
  bob.accept(invite, 200, audio_sdp(42000));
  alice.expect_response(200);
}

TEST_F(StrangersTest, NobodyElseSpeaksInADialogWhoseTagsItKnowsF072) {
  establish();
  Dialogue stolen = a;
  for (const Method method :
       {Method::invite, Method::refer, Method::update, Method::info, Method::bye}) {
    mallory.request(stolen, method, method == Method::invite ? audio_sdp(49000) : std::string());
    mallory.expect_response(403);
  }
  EXPECT_EQ(world.count_log("dialog-hijack"), 5U);
  EXPECT_EQ(session().a.remote_rtp_port, 41000);
  bob.expect_silence();
  expect_call_goes_on();
  hang_up();
}

TEST_F(StrangersTest, HalfAMessageChangesNothingWhenItsConnectionBreaksF077) {
  establish();
  // tls-front passes whole messages on, and of a broken one nothing but what is wrong with it.
  world.stream(*alice.connection(), "BYE sip:bob@127.0.0.1 SIP/2.0\r\nCall-ID: " + a.call_id,
               FramingFault::header_too_large);
  world.disconnect(*alice.connection());
  bob.expect_silence();
  expect_call_goes_on();
}

}  // namespace
}  // namespace ringfence::sip_core
