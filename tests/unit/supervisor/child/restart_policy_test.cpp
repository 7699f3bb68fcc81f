// When children are started again. F012: a crash loop slows down and is no fork storm.
#include "supervisor/child/restart_policy.hpp"

#include <gtest/gtest.h>

namespace ringfence::supervisor {
namespace {

using namespace std::chrono_literals;

class Policy : public testing::Test {
 protected:
  std::vector<ChildAction> feed(ChildEvent event) { return step(policy_, event, clock_.now()); }
  bool orders(const std::vector<ChildAction>& actions, ChildOrder order) {
    for (const auto& action : actions) {
      if (action.order == order) return true;
    }
    return false;
  }
  void live(Duration time) {
    feed(ChildEvent::start_due);
    feed(ChildEvent::became_ready);
    clock_.advance(time);
  }
  Duration delay_of_death() {
    const auto actions = feed(ChildEvent::died);
    EXPECT_EQ(actions.size(), 1U);
    EXPECT_EQ(actions.at(0).order, ChildOrder::start_timer);
    EXPECT_EQ(actions.at(0).timer_event, ChildEvent::start_due);
    return actions.at(0).delay;
  }

  ManualClock clock_;
  RestartPolicy policy_;
};

TEST_F(Policy, StartsAChildAndGivesItTenSecondsToBecomeReady) {
  const auto actions = feed(ChildEvent::start_due);
  EXPECT_TRUE(orders(actions, ChildOrder::spawn));
  EXPECT_EQ(actions.at(0).timer_event, ChildEvent::readiness_overdue);
  EXPECT_EQ(actions.at(0).delay, 10s);
  EXPECT_EQ(policy_.state, ChildState::starting);
  EXPECT_TRUE(orders(feed(ChildEvent::readiness_overdue), ChildOrder::kill));
}

TEST_F(Policy, StopsItsTimerWhenTheChildIsReady) {
  feed(ChildEvent::start_due);
  EXPECT_TRUE(orders(feed(ChildEvent::became_ready), ChildOrder::stop_timer));
  EXPECT_EQ(policy_.state, ChildState::running);
  EXPECT_TRUE(feed(ChildEvent::readiness_overdue).empty());
}

TEST_F(Policy, RestartsAtOnceTheFirstTimeAndThenEverSlowerUpToEightSeconds) {
  const Duration expected[] = {0ms, 250ms, 500ms, 1s, 2s, 4s, 8s, 8s, 8s};
  for (const Duration delay : expected) {
    live(1s);
    EXPECT_EQ(delay_of_death(), delay);
    EXPECT_EQ(policy_.state, ChildState::backoff);
  }
}

TEST_F(Policy, ForgivesAChildThatLivedThirtySeconds) {
  for (int i = 0; i < 5; ++i) {
    live(1s);
    delay_of_death();
  }
  live(30s);
  EXPECT_EQ(delay_of_death(), 0ms);
  live(1s);
  EXPECT_EQ(delay_of_death(), 250ms);
}

TEST_F(Policy, DoesNotForgiveAChildThatNeverBecameReady) {
  for (int i = 0; i < 3; ++i) {
    feed(ChildEvent::start_due);
    clock_.advance(40s);
    delay_of_death();
  }
  feed(ChildEvent::start_due);
  EXPECT_EQ(delay_of_death(), 1s);
}

TEST_F(Policy, StartsNoMoreThanTwentyTimesAMinuteInACrashLoop) {
  const TimePoint begin = clock_.now();
  while (clock_.now() - begin < 60s) {
    feed(ChildEvent::start_due);
    clock_.advance(10ms);
    clock_.advance(delay_of_death());
  }
  EXPECT_LE(policy_.starts, 20U);
}

TEST_F(Policy, AnOrderedRestartTerminatesTheChildAndStartsItAtOnce) {
  live(1s);
  delay_of_death();
  live(1s);
  EXPECT_TRUE(orders(feed(ChildEvent::ordered_restart), ChildOrder::terminate));
  EXPECT_EQ(delay_of_death(), 0ms);
  EXPECT_TRUE(orders(feed(ChildEvent::ordered_restart), ChildOrder::spawn)) << "from the back-off";
}

TEST_F(Policy, CountsADeathOnce) {
  live(1s);
  delay_of_death();
  EXPECT_TRUE(feed(ChildEvent::died).empty());
}

}  // namespace
}  // namespace ringfence::supervisor
