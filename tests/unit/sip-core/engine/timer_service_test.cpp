#include "sip-core/engine/timer_service.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

class TimerServiceTest : public ::testing::Test {
 protected:
  std::vector<DueTimer> fire(Duration after) {
    std::vector<std::uint64_t> due;
    timers.advance(start + after, due);
    std::vector<DueTimer> out;
    for (const std::uint64_t number : due) {
      if (const auto timer = timers.take(number)) out.push_back(*timer);
    }
    return out;
  }
  TimePoint start{1h};
  TimerService timers{start};
};

TEST_F(TimerServiceTest, GivesOwnerAndPayloadBack) {
  const TimerId id = timers.start(start + 10ms, TimerOwner::calls, 77);
  EXPECT_TRUE(fire(9ms).empty());
  const auto due = fire(10ms);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].id, id);
  EXPECT_EQ(due[0].owner, TimerOwner::calls);
  EXPECT_EQ(due[0].payload, 77U);
}

TEST_F(TimerServiceTest, AStoppedTimerDoesNotFireEvenWhenItIsAlreadyDue) {
  const TimerId first = timers.start(start + 10ms, TimerOwner::calls, 1);
  const TimerId second = timers.start(start + 10ms, TimerOwner::calls, 2);
  std::vector<std::uint64_t> due;
  timers.advance(start + 10ms, due);
  ASSERT_EQ(due.size(), 2U);
  timers.stop(second);
  EXPECT_EQ(timers.take(due[0])->id, first);
  EXPECT_FALSE(timers.take(due[1]));
}

TEST_F(TimerServiceTest, StoppingNothingIsHarmless) {
  timers.stop(TimerId{});
  const TimerId id = timers.start(start + 1ms, TimerOwner::trunks, 1);
  EXPECT_EQ(fire(1ms).size(), 1U);
  timers.stop(id);
}

}  // namespace
}  // namespace ringfence::sip_core
