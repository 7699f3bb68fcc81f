#include "runtime/loop.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include "runtime/fd.hpp"

namespace ringfence::test {
namespace {

using std::chrono::milliseconds;

// Stops a test that would otherwise run for ever.
class Guard {
 public:
  explicit Guard(Loop& loop)
      : timer_(loop.after(std::chrono::seconds(5), [&loop] {
          ADD_FAILURE() << "the loop was not stopped in time";
          loop.stop();
        })) {}

 private:
  Timer timer_;
};

TEST(Loop, fires_timers_in_order_and_not_early) {
  Loop loop;
  const Guard guard(loop);
  std::string order;
  const TimePoint start = loop.now();
  Timer c = loop.after(milliseconds(30), [&] {
    order += 'c';
    EXPECT_GE(loop.now() - start, milliseconds(30));
    loop.stop();
  });
  Timer a = loop.after(milliseconds(0), [&] { order += 'a'; });
  Timer b = loop.after(milliseconds(10), [&] { order += 'b'; });
  loop.run();
  EXPECT_EQ(order, "abc");
}

TEST(Loop, a_timer_that_goes_away_does_not_fire) {
  Loop loop;
  const Guard guard(loop);
  bool fired = false;
  {
    Timer gone = loop.after(milliseconds(1), [&] { fired = true; });
    Timer replaced = loop.after(milliseconds(1), [&] { fired = true; });
    replaced = Timer();
    Timer stopped = loop.after(milliseconds(1), [&] { fired = true; });
    stopped.stop();
    Timer moved = std::move(stopped);
  }
  Timer end = loop.after(milliseconds(20), [&] { loop.stop(); });
  loop.run();
  EXPECT_FALSE(fired);
}

TEST(Loop, a_timer_may_stop_another_that_is_due_at_the_same_time) {
  Loop loop;
  const Guard guard(loop);
  bool second_fired = false;
  Timer second;
  Timer first = loop.after(milliseconds(5), [&] { second.stop(); });
  second = loop.after(milliseconds(5), [&] { second_fired = true; });
  Timer end = loop.after(milliseconds(30), [&] { loop.stop(); });
  // Both are due by the time the loop looks.
  const TimePoint due = loop.now() + milliseconds(8);
  while (loop.now() < due) {
  }
  loop.run();
  EXPECT_FALSE(second_fired);
}

TEST(Loop, a_timer_may_start_itself_again) {
  Loop loop;
  const Guard guard(loop);
  int count = 0;
  Timer timer;
  std::function<void()> again = [&] {
    if (++count == 5) {
      loop.stop();
      return;
    }
    timer = loop.after(milliseconds(1), again);
  };
  timer = loop.after(milliseconds(1), again);
  loop.run();
  EXPECT_EQ(count, 5);
}

TEST(Loop, deferred_work_runs_once_before_the_loop_sleeps_in_order) {
  Loop loop;
  const Guard guard(loop);
  std::string order;
  loop.defer([&] {
    order += '1';
    loop.defer([&] { order += '3'; });
  });
  loop.defer([&] { order += '2'; });
  Timer end = loop.after(milliseconds(10), [&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(order, "123");
}

TEST(Loop, deferred_work_that_defers_for_ever_does_not_starve_timers) {
  Loop loop;
  const Guard guard(loop);
  std::uint64_t rounds = 0;
  std::function<void()> again = [&] {
    ++rounds;
    loop.defer(again);
  };
  loop.defer(again);
  Timer end = loop.after(milliseconds(20), [&] { loop.stop(); });
  loop.run();
  EXPECT_GT(rounds, 8u);
}

// With an event always at hand that takes four milliseconds; nothing but the pace keeps the turns
// apart. Without it there are a hundred and fifty.
TEST(Loop, keeps_turns_apart_while_events_come_thick) {
  Loop loop;
  const Guard guard(loop);
  auto ends = socket_pair();
  ASSERT_TRUE(ends);
  int turns = 0;
  Poll poll(loop, ends->first.get(), [&](Readiness) {
    ++turns;
    const TimePoint done = loop.now() + milliseconds(4);
    while (loop.now() < done) {
    }
  });
  poll.watch(Interest::readable);
  ASSERT_EQ(::write(ends->second.get(), "x", 1), 1);
  loop.pace(milliseconds(20));
  const Timer end = loop.after(milliseconds(600), [&] { loop.stop(); });
  loop.run();
  EXPECT_GT(turns, 0);
  EXPECT_LT(turns, 100);
}

TEST(Loop, timers_keep_their_order_and_are_not_early_where_turns_are_kept_apart) {
  Loop loop;
  const Guard guard(loop);
  loop.pace(milliseconds(20));
  std::string order;
  const TimePoint start = loop.now();
  const Timer b = loop.after(milliseconds(7), [&] {
    EXPECT_GE(loop.now() - start, milliseconds(7));
    order += 'b';
  });
  const Timer a = loop.after(milliseconds(1), [&] { order += 'a'; });
  const Timer c = loop.after(milliseconds(9), [&] {
    order += 'c';
    loop.stop();
  });
  loop.run();
  EXPECT_EQ(order, "abc");
}

TEST(Loop, stops_before_it_runs_and_runs_again) {
  Loop loop;
  const Guard guard(loop);
  int turns = 0;
  for (int i = 0; i < 3; ++i) {
    loop.defer([&] {
      ++turns;
      loop.stop();
    });
    loop.run();
  }
  EXPECT_EQ(turns, 3);
}

TEST(Poll, tells_readable_and_writable_and_stops_when_told) {
  Loop loop;
  const Guard guard(loop);
  auto ends = socket_pair();
  ASSERT_TRUE(ends);
  int readable = 0;
  int writable = 0;
  Poll poll;
  poll = Poll(loop, ends->first.get(), [&](Readiness ready) {
    if (ready.writable) {
      ++writable;
      poll.watch(Interest::readable);
      ASSERT_EQ(::write(ends->second.get(), "x", 1), 1);
    }
    if (ready.readable) {
      // Level-triggered: unread octets are told again.
      if (++readable == 3) loop.stop();
    }
  });
  poll.watch(Interest::both);
  loop.run();
  EXPECT_EQ(writable, 1);
  EXPECT_EQ(readable, 3);
  poll.watch(Interest::none);
  Timer end = loop.after(milliseconds(20), [&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(readable, 3);
}

TEST(Poll, tells_readable_when_the_peer_closes) {
  Loop loop;
  const Guard guard(loop);
  auto ends = socket_pair();
  Poll poll(loop, ends->first.get(), [&](Readiness ready) {
    EXPECT_TRUE(ready.readable);
    char octet;
    EXPECT_EQ(::read(ends->first.get(), &octet, 1), 0);
    loop.stop();
  });
  poll.watch(Interest::readable);
  ends->second.reset();
  loop.run();
}

TEST(Poll, may_close_itself_and_others_in_its_callback) {
  Loop loop;
  const Guard guard(loop);
  auto first_ends = socket_pair();
  auto second_ends = socket_pair();
  int calls = 0;
  Poll first;
  Poll second;
  const auto close_both = [&](Readiness) {
    ++calls;
    first.close();
    second.close();
    first_ends->first.reset();
    second_ends->first.reset();
  };
  first = Poll(loop, first_ends->first.get(), close_both);
  second = Poll(loop, second_ends->first.get(), close_both);
  first.watch(Interest::readable);
  second.watch(Interest::readable);
  ASSERT_EQ(::write(first_ends->second.get(), "x", 1), 1);
  ASSERT_EQ(::write(second_ends->second.get(), "x", 1), 1);
  Timer end = loop.after(milliseconds(20), [&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(calls, 1);
}

TEST(SignalWatch, hands_a_signal_to_the_loop) {
  Loop loop;
  const Guard guard(loop);
  bool seen = false;
  const SignalWatch watch(loop, SIGUSR1, [&] {
    seen = true;
    loop.stop();
  });
  loop.defer([] { ::raise(SIGUSR1); });
  loop.run();
  EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace ringfence::test
