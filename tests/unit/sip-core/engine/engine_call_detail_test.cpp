// The whole engine: every call that ended leaves one call detail record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::Method;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class EngineCallDetailTest : public ::testing::Test {
 protected:
  EngineCallDetailTest() {
    alice.register_now();
    bob.register_now();
  }
  void establish(const std::string& offer, const std::string& answer) {
    a = alice.invite("bob", offer);
    const auto invite = bob.expect_request(Method::invite);
    bob.reply(invite, 180);
    alice.expect_response(180);
    world.advance(3s);
    b = bob.accept(invite, 200, answer);
    alice.ack(a, alice.expect_response(200));
    bob.expect_request(Method::ack);
  }
  const std::vector<CallDetailRecord>& details() const { return world.store().call_details(); }

  World world{demo_config()};
  UserAgent alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
  UserAgent bob = UserAgent::on_udp(world, {"bob", "bob-password", "demo.example"}, kPublicUdp,
                                    "127.0.0.11:40002");
  Dialogue a;
  Dialogue b;
};

TEST_F(EngineCallDetailTest, SaysWhoSpokeHowLongAndWhatEachLegUsed) {
  establish(offered_crypto_sdp(41000, some_crypto('A')), audio_sdp(42000));
  EXPECT_THAT(details(), IsEmpty());
  world.advance(60s);
  bob.request(b, Method::bye);
  alice.expect_request(Method::bye);
  ASSERT_THAT(details(), SizeIs(1));
  const CallDetailRecord& detail = details()[0];
  EXPECT_EQ(detail.tenant, kDemo);
  EXPECT_EQ(detail.from, "sip:alice@demo.example");
  EXPECT_EQ(detail.to, "sip:bob@demo.example");
  EXPECT_EQ(detail.a.party, "ext:alice");
  EXPECT_EQ(detail.b.party, "ext:bob");
  EXPECT_EQ(detail.a.call_id, a.call_id);
  EXPECT_EQ(detail.b.call_id, b.call_id);
  EXPECT_EQ(detail.a.transport, TransportKind::tls);
  EXPECT_EQ(detail.b.transport, TransportKind::udp);
  EXPECT_EQ(detail.a.srtp_suite, "AES_CM_128_HMAC_SHA1_80");
  EXPECT_EQ(detail.b.srtp_suite, "");
  EXPECT_TRUE(detail.downgraded);
  EXPECT_EQ(detail.allowed_by, "demo/ext:bob transport=udp srtp=preferred without TLS");
  ASSERT_TRUE(detail.answered);
  EXPECT_EQ(*detail.answered - detail.started, 3s);
  EXPECT_EQ(detail.ended - *detail.answered, 60s);
  EXPECT_EQ(detail.cause, "bye");
  EXPECT_EQ(detail.ended_by, "callee");
}

TEST_F(EngineCallDetailTest, KnowsARefusalFromACancelledCall) {
  a = alice.invite("bob", audio_sdp(41000));
  bob.reply(bob.expect_request(Method::invite), 486);
  bob.expect_request(Method::ack);
  alice.expect_response(486);
  a = alice.invite("bob", audio_sdp(41000));
  bob.reply(bob.expect_request(Method::invite), 180);
  alice.cancel(a);
  ASSERT_THAT(details(), SizeIs(2));
  EXPECT_FALSE(details()[0].answered);
  EXPECT_EQ(details()[0].status, 486);
  EXPECT_EQ(details()[0].ended_by, "callee");
  EXPECT_EQ(details()[0].b.party, "ext:bob");
  EXPECT_EQ(details()[1].status, 487);
  EXPECT_EQ(details()[1].cause, "cancel");
  EXPECT_EQ(details()[1].ended_by, "caller");
}

TEST_F(EngineCallDetailTest, SurvivesARestartWithTheTimesOfItsCall) {
  establish(audio_sdp(41000), audio_sdp(42000));
  world.advance(10s);
  world.restart_sip_core();
  bob.request(b, Method::bye);
  ASSERT_THAT(details(), SizeIs(1));
  EXPECT_EQ(*details()[0].answered - details()[0].started, 3s);
  EXPECT_EQ(details()[0].ended - *details()[0].answered, 10s);
}

TEST_F(EngineCallDetailTest, ALegOnSrtpIsNotCalledPlainAfterARestart) {
  establish(offered_crypto_sdp(41000, some_crypto('A')), audio_sdp(42000));
  world.restart_sip_core();
  bob.request(b, Method::bye);
  ASSERT_THAT(details(), SizeIs(1));
  EXPECT_EQ(details()[0].a.srtp_suite, "SRTP");
  EXPECT_EQ(details()[0].b.srtp_suite, "");
  EXPECT_EQ(details()[0].allowed_by, "demo/ext:bob transport=udp srtp=preferred without TLS");
}

TEST_F(EngineCallDetailTest, TellsWhatWasMeasuredOfEachSide) {
  world.measured->first = {1000, 990, 3, 0, 1500us, 40ms};
  world.measured->second = {990, 1000, 0, 0, {}, {}};
  establish(audio_sdp(41000), audio_sdp(42000));
  bob.request(b, Method::bye);
  ASSERT_THAT(details(), SizeIs(1));
  const CallDetailRecord& detail = details()[0];
  ASSERT_TRUE(detail.a.media && detail.b.media);
  EXPECT_EQ(detail.a.media->packets_received, 1000U);
  EXPECT_EQ(detail.a.media->packets_lost, 3U);
  EXPECT_EQ(detail.a.media->jitter, 1500us);
  EXPECT_EQ(detail.a.media->round_trip, 40ms);
  EXPECT_EQ(detail.b.media->packets_received, 990U);
  EXPECT_FALSE(detail.b.media->jitter);
}

TEST_F(EngineCallDetailTest, IsWrittenWithoutMeasurementsWhereTheWorkerSaysNothing) {
  world.measured.reset();
  establish(audio_sdp(41000), audio_sdp(42000));
  alice.request(a, Method::bye);
  bob.reply(bob.expect_request(Method::bye), 200);
  EXPECT_THAT(details(), IsEmpty());
  world.advance(2s);
  ASSERT_THAT(details(), SizeIs(1));
  EXPECT_FALSE(details()[0].a.media);
  EXPECT_EQ(details()[0].status, 200);
}

TEST_F(EngineCallDetailTest, IsWrittenAtOnceWhereTheWorkerHasDied) {
  world.measured.reset();
  establish(audio_sdp(41000), audio_sdp(42000));
  alice.request(a, Method::bye);
  EXPECT_THAT(details(), IsEmpty());
  world.lose_media_worker();
  bob.expect_request(Method::bye);
  EXPECT_THAT(details(), SizeIs(1));
}

TEST_F(EngineCallDetailTest, IsWrittenByTheNextProcessWhereThisOneDiesBeforeTheMeasurements_F001) {
  world.measured.reset();
  establish(audio_sdp(41000), audio_sdp(42000));
  alice.request(a, Method::bye);
  bob.reply(bob.expect_request(Method::bye), 200);
  alice.expect_response(200);
  world.restart_sip_core();
  world.advance(2s);
  ASSERT_THAT(details(), SizeIs(1));
  EXPECT_EQ(details()[0].cause, "bye");
  EXPECT_EQ(details()[0].ended_by, "caller");
  EXPECT_EQ(details()[0].status, 200);
  EXPECT_EQ(details()[0].ended, details()[0].answered) << "and not when somebody looked";
}

TEST_F(EngineCallDetailTest, IsWrittenOnceThoughAByeIsStillOutWhenTheProcessDies_F001) {
  establish(audio_sdp(41000), audio_sdp(42000));
  alice.request(a, Method::bye);
  alice.expect_response(200);
  bob.expect_request(Method::bye);
  world.advance(100ms);
  EXPECT_THAT(details(), SizeIs(1));
  world.restart_sip_core();
  world.advance(10s);
  bob.reply(bob.expect_request(Method::bye), 200);
  alice.reply(alice.expect_request(Method::bye), 481);
  EXPECT_THAT(details(), SizeIs(1));
  EXPECT_EQ(world.store().calls(), 0U);
}

TEST_F(EngineCallDetailTest, IsKeptForAsManyDaysAsTheSettingSays) {
  auto config = demo_config();
  config.settings["cdr_keep_days"] = "1";
  world.set_config(std::move(config));
  establish(audio_sdp(41000), audio_sdp(42000));
  alice.request(a, Method::bye);
  world.advance(23h);
  EXPECT_THAT(details(), SizeIs(1));
  world.advance(2h);
  EXPECT_THAT(details(), IsEmpty());
}

}  // namespace
}  // namespace ringfence::sip_core
