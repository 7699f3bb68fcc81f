#include "runtime/pace.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace ringfence::test {
namespace {

using namespace std::chrono_literals;

class PaceTest : public testing::Test {
 protected:
  // A turn that ends so long after the loop looked for events; gives the rest after it.
  Duration turn(Duration took) {
    now_ += took;
    if (pace_.asks_for_usage(now_)) {
      used_ += (now_ - asked_) / idleness_;
      asked_ = now_;
      pace_.note_usage(now_, used_);
    }
    const Duration rest = pace_.rest(now_);
    now_ += rest;
    return rest;
  }
  void stream() {
    for (int i = 0; i < 400; ++i)
      turn(300us);
  }

  Pace pace_{4ms};
  TimePoint now_{1h};
  TimePoint asked_ = now_;
  Duration used_{};
  int idleness_ = 10;  // one part in so many of its time the loop works
};

TEST_F(PaceTest, keeps_the_turns_of_a_stream_apart) {
  stream();
  EXPECT_EQ(turn(300us), 3700us);
  EXPECT_EQ(turn(1ms), 3ms);
}

TEST_F(PaceTest, serves_a_burst_at_once) {
  for (int burst = 0; burst < 100; ++burst) {
    EXPECT_EQ(turn(15ms), Duration::zero());
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(turn(200us), Duration::zero());
  }
}

TEST_F(PaceTest, leaves_off_where_nothing_comes_in_its_rests) {
  stream();
  EXPECT_EQ(turn(2500us), 1500us);  // once is nothing
  for (int i = 0; i < 50; ++i)
    turn(2500us);
  EXPECT_EQ(turn(300us), Duration::zero());
}

TEST_F(PaceTest, takes_up_a_stream_again) {
  stream();
  turn(1h);
  EXPECT_EQ(turn(300us), Duration::zero());
  stream();
  EXPECT_EQ(turn(300us), 3700us);
}

TEST_F(PaceTest, never_rests_while_there_is_little_to_do) {
  idleness_ = 50;
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(turn(300us), Duration::zero());
  idleness_ = 10;
  stream();
  stream();
  stream();
  EXPECT_EQ(turn(300us), 3700us);
}

TEST_F(PaceTest, never_rests_without_an_interval) {
  pace_ = Pace();
  stream();
  EXPECT_EQ(turn(1us), Duration::zero());
}

TEST_F(PaceTest, never_rests_where_the_work_itself_takes_as_long) {
  stream();
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(turn(4ms), Duration::zero());
}

}  // namespace
}  // namespace ringfence::test
