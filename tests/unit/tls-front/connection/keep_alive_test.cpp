#include "tls-front/connection/keep_alive.hpp"

#include <gtest/gtest.h>

namespace ringfence::tls_front {
namespace {

using namespace std::chrono_literals;
using Step = KeepAlive::Step;

class KeepAliveTest : public testing::Test {
 protected:
  static constexpr std::chrono::seconds kInterval{120};

  Step step() { return keep_alive_.step(clock_.now(), kInterval); }
  // Until the next ping leaves; how long that took.
  Duration until_ping() {
    const TimePoint from = clock_.now();
    while (step() != Step::ping)
      clock_.advance(100ms);
    return clock_.now() - from;
  }

  ManualClock clock_;
  SeededRandom random_{7};
  KeepAlive keep_alive_{clock_.now(), kInterval, random_};
};

TEST_F(KeepAliveTest, PingsAtRandomTimesOfTheLastFifthOfTheInterval) {  // R085
  Duration shortest = 1h;
  Duration longest = 0s;
  for (int i = 0; i < 200; ++i) {
    const Duration waited = until_ping();
    keep_alive_.pong();
    EXPECT_GE(waited, 95s);
    EXPECT_LE(waited, 121s);
    shortest = std::min(shortest, waited);
    longest = std::max(longest, waited);
  }
  EXPECT_LT(shortest, 100s);
  EXPECT_GT(longest, 115s);
}

TEST_F(KeepAliveTest, WhoAnsweredOnceAndThenNotWithinTenSecondsIsDead) {  // R085
  until_ping();
  EXPECT_TRUE(keep_alive_.awaits_pong());
  keep_alive_.pong();
  until_ping();
  clock_.advance(9s);
  EXPECT_EQ(step(), Step::wait);
  clock_.advance(1s);
  EXPECT_EQ(step(), Step::dead);
}

TEST_F(KeepAliveTest, WhoNeverAnswersDoesNotKnowPingsAndIsLeftAlone) {
  for (int i = 0; i < 3; ++i) {
    until_ping();
    clock_.advance(KeepAlive::kPongWait);
    EXPECT_EQ(step(), Step::wait);
  }
}

TEST_F(KeepAliveTest, AnythingElseThatComesIsASignOfLife) {
  until_ping();
  keep_alive_.pong();
  until_ping();
  keep_alive_.heard();
  clock_.advance(KeepAlive::kPongWait);
  EXPECT_EQ(step(), Step::wait);
}

TEST_F(KeepAliveTest, AnIntervalOfZeroSendsNone) {
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(keep_alive_.step(clock_.now(), 0s), Step::wait);
    clock_.advance(1s);
  }
}

}  // namespace
}  // namespace ringfence::tls_front
