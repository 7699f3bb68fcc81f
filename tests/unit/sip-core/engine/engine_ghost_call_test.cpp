// A call that has ended on one side, and sip-core dies before the other side has heard of it.
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using sip::Method;

class EngineGhostCallTest : public ::testing::Test {
 protected:
  EngineGhostCallTest() {
    alice.register_now();
    bob.register_now();
    a = alice.invite("bob", audio_sdp(41000));
    b = bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000));
    alice.ack(a, alice.expect_response(200));
    bob.expect_request(Method::ack);
  }

  World world{demo_config()};
  UserAgent alice = UserAgent::on_udp(world, {"alice", "alice-password", "demo.example"},
                                      kPublicUdp, "127.0.0.10:5060");
  UserAgent bob = UserAgent::on_udp(world, {"bob", "bob-password", "demo.example"}, kPublicUdp,
                                    "127.0.0.11:5060");
  Dialogue a;
  Dialogue b;
};

TEST_F(EngineGhostCallTest, TheNextSipCoreSendsTheByeThatWasNotAnswered) {
  alice.request(a, Method::bye);
  alice.expect_response(200);
  bob.expect_request(Method::bye);  // and answers nothing: it was lost
  world.restart_sip_core();
  bob.reply(bob.expect_request(Method::bye), 200);
  alice.reply(alice.expect_request(Method::bye), 481);
  world.restart_sip_core();
  bob.expect_silence();
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(EngineGhostCallTest, AnAnsweredByeLeavesNothingToTheNext) {
  alice.request(a, Method::bye);
  alice.expect_response(200);
  bob.reply(bob.expect_request(Method::bye), 200);
  world.restart_sip_core();
  alice.expect_silence();
  bob.expect_silence();
}

TEST_F(EngineGhostCallTest, CSeqRisesOverOneDeathAfterAnother) {
  world.restart_sip_core();
  alice.request(a, Method::bye);
  const auto first = bob.expect_request(Method::bye).cseq()->number;
  world.advance(std::chrono::milliseconds(40));
  world.restart_sip_core();
  std::uint32_t second = 0;
  while (second <= first && !testing::Test::HasFailure())
    second = bob.expect_request(Method::bye).cseq()->number;
  EXPECT_GT(second, first);
}

TEST(EngineCutShortTest, TheByeToALate2xxHasAHigherCSeqThanThePrackBeforeTheDeath) {
  World world{demo_config()};
  UserAgent alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
  UserAgent bob = UserAgent::on_udp(world, {"bob", "bob-password", "demo.example"}, kPublicUdp,
                                    "127.0.0.11:5060");
  alice.register_now();
  bob.register_now();
  alice.invite("bob", audio_sdp(41000));
  const auto at_bob = bob.expect_request(Method::invite);
  UserAgent::Word reliable{"one", audio_sdp(42000)};
  reliable.rseq = 1;
  bob.respond(at_bob, 183, reliable);
  const auto prack = bob.expect_request(Method::prack);
  bob.reply(prack, 200);
  world.restart_sip_core();
  bob.respond(at_bob, 200, {"one"});
  bob.expect_request(Method::ack);
  EXPECT_GT(bob.expect_request(Method::bye).cseq()->number, prack.cseq()->number);
}

}  // namespace
}  // namespace ringfence::sip_core
