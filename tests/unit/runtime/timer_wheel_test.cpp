#include "runtime/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace ringfence::test {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

const TimePoint kStart{hours(1000)};

std::vector<std::uint64_t> due(TimerWheel& wheel, TimePoint now) {
  std::vector<std::uint64_t> tokens;
  wheel.advance(now, tokens);
  return tokens;
}

TEST(TimerWheel, fires_at_the_due_time_and_not_before) {
  TimerWheel wheel(kStart);
  wheel.start(kStart + milliseconds(500), 1);
  EXPECT_TRUE(due(wheel, kStart + milliseconds(499)).empty());
  EXPECT_EQ(due(wheel, kStart + milliseconds(500)), (std::vector<std::uint64_t>{1}));
  EXPECT_TRUE(due(wheel, kStart + hours(1)).empty());
  EXPECT_EQ(wheel.size(), 0u);
}

TEST(TimerWheel, rounds_up_and_never_fires_early) {
  TimerWheel wheel(kStart);
  wheel.start(kStart + microseconds(10'001), 1);
  EXPECT_TRUE(due(wheel, kStart + microseconds(10'999)).empty());
  EXPECT_EQ(due(wheel, kStart + milliseconds(11)).size(), 1u);
}

TEST(TimerWheel, fires_the_past_at_the_next_tick) {
  TimerWheel wheel(kStart);
  due(wheel, kStart + milliseconds(100));
  wheel.start(kStart, 1);
  ASSERT_TRUE(wheel.next_wake());
  EXPECT_EQ(*wheel.next_wake(), kStart + milliseconds(101));
  EXPECT_EQ(due(wheel, kStart + milliseconds(101)).size(), 1u);
}

TEST(TimerWheel, equal_times_fire_in_the_order_of_their_start_however_far_off) {
  for (const auto delay :
       {milliseconds(10), milliseconds(300), milliseconds(70'000), milliseconds(20'000'000)}) {
    TimerWheel wheel(kStart);
    for (std::uint64_t token = 1; token <= 5; ++token)
      wheel.start(kStart + delay, token);
    EXPECT_TRUE(due(wheel, kStart + delay - milliseconds(2)).empty());
    wheel.start(kStart + delay, 6);
    EXPECT_EQ(due(wheel, kStart + delay), (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}))
        << delay.count();
  }
}

TEST(TimerWheel, a_stale_stop_is_harmless) {
  TimerWheel wheel(kStart);
  const TimerId first = wheel.start(kStart + milliseconds(5), 1);
  due(wheel, kStart + milliseconds(5));
  const TimerId second = wheel.start(kStart + milliseconds(10), 2);
  EXPECT_FALSE(wheel.stop(first));
  EXPECT_FALSE(wheel.stop(TimerId{}));
  EXPECT_FALSE(wheel.stop(TimerId{UINT64_MAX}));
  EXPECT_EQ(wheel.size(), 1u);
  EXPECT_TRUE(wheel.stop(second));
  EXPECT_FALSE(wheel.stop(second));
  EXPECT_TRUE(due(wheel, kStart + hours(1)).empty());
}

TEST(TimerWheel, holds_timers_beyond_its_horizon) {
  TimerWheel wheel(kStart);
  const auto sixty_days = hours(24 * 60);
  wheel.start(kStart + sixty_days, 1);
  EXPECT_TRUE(due(wheel, kStart + sixty_days - milliseconds(1)).empty());
  EXPECT_EQ(due(wheel, kStart + sixty_days).size(), 1u);
}

// An idle process with a timer an hour away sleeps, and does not look four times a second.
TEST(TimerWheel, wakes_seldom_for_a_timer_that_is_far_away) {
  TimerWheel wheel(kStart);
  wheel.start(kStart + hours(1), 1);
  int wakes = 0;
  std::vector<std::uint64_t> fired;
  while (const auto wake = wheel.next_wake()) {
    wheel.advance(*wake, fired);
    ++wakes;
  }
  EXPECT_LE(wakes, 4);
  EXPECT_EQ(fired.size(), 1u);
}

TEST(TimerWheel, has_nothing_to_wake_for_when_it_is_empty) {
  TimerWheel wheel(kStart);
  EXPECT_FALSE(wheel.next_wake());
  const TimerId id = wheel.start(kStart + milliseconds(5), 1);
  EXPECT_TRUE(wheel.next_wake());
  wheel.stop(id);
  EXPECT_FALSE(wheel.next_wake());
  EXPECT_TRUE(due(wheel, kStart - milliseconds(5)).empty());  // a clock that stands behind
}

// What a wheel must do, said in the simplest way.
class Model {
 public:
  void start(std::uint64_t token, std::int64_t due_ms, std::int64_t now_ms) {
    at_[token] = std::max(due_ms, now_ms + 1);
  }
  bool stop(std::uint64_t token) { return at_.erase(token) == 1; }
  // Ordered by due time; among equals by token, which counts the starts.
  std::vector<std::uint64_t> advance(std::int64_t now_ms) {
    std::set<std::pair<std::int64_t, std::uint64_t>> fired;
    for (const auto& [token, due] : at_) {
      if (due <= now_ms) fired.emplace(due, token);
    }
    std::vector<std::uint64_t> tokens;
    for (const auto& [due, token] : fired) {
      tokens.push_back(token);
      at_.erase(token);
    }
    return tokens;
  }
  std::optional<std::int64_t> first() const {
    std::optional<std::int64_t> earliest;
    for (const auto& [token, due] : at_) {
      if (!earliest || due < *earliest) earliest = due;
    }
    return earliest;
  }
  std::size_t size() const { return at_.size(); }

 private:
  std::map<std::uint64_t, std::int64_t> at_;
};

class TimerWheelModel : public testing::TestWithParam<std::uint64_t> {};

// Random starts, stops and advances of every scale: the wheel and the model agree at each step, and
// next_wake() is never late.
TEST_P(TimerWheelModel, agrees_with_the_wheel_at_every_step) {
  std::mt19937_64 random(GetParam());
  TimerWheel wheel(kStart);
  Model model;
  std::map<std::uint64_t, TimerId> ids;
  std::int64_t now = 0;
  std::uint64_t next_token = 1;
  const auto up_to = [&random](std::int64_t limit) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
  };
  // From a tick to beyond the horizon of the wheel.
  constexpr std::int64_t kScales[] = {4, 300, 5'000, 100'000, 20'000'000, 6'000'000'000};
  for (int step = 0; step < 4000; ++step) {
    const std::int64_t scale = kScales[random() % std::size(kScales)];
    switch (random() % 4) {
      case 0:
      case 1: {
        const std::int64_t due_ms = now - 2 + up_to(scale);
        ids[next_token] = wheel.start(kStart + milliseconds(due_ms), next_token);
        model.start(next_token, due_ms, now);
        ++next_token;
        break;
      }
      case 2: {
        if (ids.empty()) break;
        const auto chosen = std::next(ids.begin(), up_to(static_cast<std::int64_t>(ids.size())));
        ASSERT_EQ(wheel.stop(chosen->second), model.stop(chosen->first)) << "step " << step;
        ids.erase(chosen);
        break;
      }
      default:
        // Far jumps are rare, or nothing would ever be pending.
        now += up_to(random() % 50 == 0 ? scale : std::min<std::int64_t>(scale, 700));
        ASSERT_EQ(due(wheel, kStart + milliseconds(now)), model.advance(now)) << "step " << step;
    }
    ASSERT_EQ(wheel.size(), model.size());
    const auto wake = wheel.next_wake();
    const auto first = model.first();
    ASSERT_EQ(wake.has_value(), first.has_value());
    if (!wake) continue;
    ASSERT_LE(*wake, kStart + milliseconds(*first)) << "step " << step;
    ASSERT_GT(*wake, kStart + milliseconds(now)) << "step " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, TimerWheelModel, testing::Range<std::uint64_t>(1, 41));

}  // namespace
}  // namespace ringfence::test
