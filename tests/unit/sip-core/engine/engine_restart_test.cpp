// The whole engine over the deaths of sip-core and tls-front.
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::Method;

class EngineRestartTest : public ::testing::Test {
 protected:
  EngineRestartTest() {
    alice.register_now();
    bob.register_now();
  }
  void establish() {
    a = alice.invite("bob", audio_sdp(41000));
    b = bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000));
    alice.ack(a, alice.expect_response(200));
    bob.expect_request(Method::ack);
  }

  World world{demo_config()};
  UserAgent alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
  UserAgent bob = UserAgent::on_stream(world, {"bob", "bob-password", "demo.example"}, kPublicTls,
                                       "127.0.0.11:40002");
  Dialogue a;
  Dialogue b;
};

TEST_F(EngineRestartTest, AnEstablishedCallGoesOnAndItsByeWorks) {
  establish();
  world.restart_sip_core();
  EXPECT_EQ(world.engine().health().calls, 1U);
  alice.expect_silence();
  bob.expect_silence();
  alice.request(a, Method::bye);
  bob.reply(bob.expect_request(Method::bye), 200);
  alice.expect_response(200);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(EngineRestartTest, TheCalleesByeWorksTooAndItsCSeqIsNotTooLow) {
  establish();
  world.restart_sip_core();
  bob.request(b, Method::bye);
  alice.reply(alice.expect_request(Method::bye), 200);
  bob.expect_response(200);
}

TEST_F(EngineRestartTest, ACallOfAfterwardsIsWrittenBesideThoseOfBefore) {
  establish();
  world.restart_sip_core();
  establish();
  EXPECT_EQ(world.store().calls(), 2U);
}

TEST_F(EngineRestartTest, APhoneNeedNotRegisterAgainToBeCalled) {
  world.restart_sip_core();
  a = alice.invite("bob", audio_sdp(41000));
  bob.expect_request(Method::invite);
}

TEST_F(EngineRestartTest, AnInviteInFlightGets503WithRetryAfter) {  // F001
  a = alice.invite("bob", audio_sdp(41000));
  bob.expect_request(Method::invite);
  world.restart_sip_core();
  const auto answer = alice.expect_response(503);
  EXPECT_TRUE(answer.has(sip::HeaderName::retry_after));
  EXPECT_EQ(world.unfinished_messages(), 0U);
}

TEST_F(EngineRestartTest, ADialogOfNobodyGets481R054) {
  establish();
  a.remote = "<sip:bob@demo.example>;tag=unknown";
  alice.request(a, Method::bye);
  alice.expect_response(481);
}

TEST_F(EngineRestartTest, ACallOutlivesItsConnectionsAndIsEndedOverNewOnes) {
  establish();
  world.lose_tls_front();
  EXPECT_EQ(world.engine().health().calls, 1U);
  alice.reconnect();
  bob.reconnect();
  alice.register_now();
  bob.register_now();
  alice.request(a, Method::bye);
  alice.expect_response(200);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(EngineRestartTest, ALostTlsFrontMakesPhonesUnreachableAtOnceR091) {
  world.lose_tls_front();
  alice.reconnect();
  a = alice.invite("bob", audio_sdp(41000));
  alice.expect_response(480);
}

}  // namespace
}  // namespace ringfence::sip_core
