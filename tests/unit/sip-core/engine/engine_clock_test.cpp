// The wall clock is set while the box runs (F117): nothing that runs is moved by it, and what is
// written down stays true.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::Method;

class EngineClockTest : public ::testing::TestWithParam<std::chrono::seconds> {
 protected:
  EngineClockTest() {
    alice.register_now(600);
    bob.register_now(600);
  }
  std::size_t registered() { return world.engine().health().registrations; }

  World world{demo_config()};
  UserAgent alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
  UserAgent bob = UserAgent::on_stream(world, {"bob", "bob-password", "demo.example"}, kPublicTls,
                                       "127.0.0.11:40002");
};

INSTANTIATE_TEST_SUITE_P(Steps, EngineClockTest,
                         ::testing::Values(86'400s, -86'400s, 3600s, -3600s));

TEST_P(EngineClockTest, RegistrationsKeepTheTimeThatIsTrulyLeftF117) {
  world.set_clock(GetParam());
  EXPECT_TRUE(world.has_log("clock-jump"));
  world.advance(500s);
  EXPECT_EQ(registered(), 2U);
  world.advance(110s);
  EXPECT_EQ(registered(), 0U);
}

TEST_P(EngineClockTest, AlsoForWhoeverReadsThemAfterADeathF117) {
  world.set_clock(GetParam());
  world.advance(100s);
  world.restart_sip_core();
  EXPECT_EQ(registered(), 2U);
  world.advance(450s);
  EXPECT_EQ(registered(), 2U);
  world.advance(60s);
  EXPECT_EQ(registered(), 0U);
}

TEST_P(EngineClockTest, WhoeverRegistersAgainIsAskedOnceAsEverF117) {
  for (int step = 0; step < 5; ++step) {
    world.set_clock(step % 2 == 0 ? GetParam() : -GetParam());
    world.advance(10s);
    alice.register_now(600);
  }
  EXPECT_EQ(registered(), 2U);
}

TEST_P(EngineClockTest, ACallGoesOnAndItsRecordSaysHowLongItWasF117) {
  Dialogue a = alice.invite("bob", audio_sdp(41000));
  bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000));
  alice.ack(a, alice.expect_response(200));
  bob.expect_request(Method::ack);
  world.advance(20s);
  world.set_clock(GetParam());
  world.advance(20s);
  EXPECT_EQ(world.engine().health().calls, 1U);
  alice.request(a, Method::bye);
  bob.reply(bob.expect_request(Method::bye), 200);
  world.advance(1s);
  const auto& records = world.store().call_details();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(std::chrono::round<std::chrono::seconds>(records[0].ended - *records[0].answered), 40s);
}

}  // namespace
}  // namespace ringfence::sip_core
