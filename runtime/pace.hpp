// Pace: how long a loop rests at the end of a turn, so that what comes meanwhile is one turn's
// work. Only in a stream of events: there each rest saves several awakenings. A burst, and an event
// after quiet, are served at once, for a rest in which nothing comes is an awakening more; and so
// is everything while the loop has little to do, for there callers would wait and nobody gain.
// Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <utility>

#include "runtime/clock.hpp"

namespace ringfence {

class Pace {
 public:
  // Turns of a stream begin so far apart. Zero: they never wait.
  explicit Pace(Duration interval = Duration::zero())
      : interval_(interval), usual_(kQuiet * interval) {}

  // How busy the loop is must be known now and then: the processor time that its thread has used.
  bool asks_for_usage(TimePoint now) const {
    return interval_ > Duration::zero() && now - asked_ >= kAsks;
  }
  void note_usage(TimePoint now, Duration used) {
    const Duration passed = now - std::exchange(asked_, now);
    // Rests make it less busy: it leaves off at half of what it began at.
    busy_ = (busy_ ? 2 : 1) * kBusy * (used - std::exchange(used_, used)) >= passed;
  }

  // At the end of a turn; the next one looks for events when the rest is over.
  Duration rest(TimePoint now) {
    const Duration took = now - looked_;  // to wait for events and to work them off
    const TimePoint next = looked_ + interval_;
    looked_ = now;
    usual_ += (std::min(took, kQuiet * interval_) - usual_) / kTurns;
    if (!busy_ || usual_ >= interval_ / 2 || next - now < kWorthWaiting) return Duration::zero();
    looked_ = next;
    return next - now;
  }

 private:
  static constexpr int kTurns = 16;  // over which the usual is told
  static constexpr int kQuiet = 8;   // intervals: longer quiet tells no more
  static constexpr std::chrono::microseconds kWorthWaiting{25};
  static constexpr std::chrono::milliseconds kAsks{100};
  static constexpr int kBusy = 16;  // from one part in so many of a core on

  Duration interval_;
  Duration usual_;    // what a turn takes, on average
  TimePoint looked_;  // for events, the last time
  TimePoint asked_;   // for usage
  Duration used_{};
  bool busy_ = false;
};

}  // namespace ringfence
