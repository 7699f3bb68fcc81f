// Schedule: virtual time and all that will happen in it, in order of time, equal times in the order
// of their planning. Everything in a simulation happens in an act that was planned here; nothing
// asks a real clock. An act may plan and cancel others, also for this very moment.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "runtime/clock.hpp"
#include "runtime/strong_type.hpp"

namespace ringfence::simulation {

// Names one planning; value 0 is none, and cancelling what is over is harmless.
using PlanId = Strong<std::uint64_t, struct PlanIdTag>;

class Schedule {
 public:
  using Act = std::function<void()>;

  TimePoint now() const { return now_; }
  WallTime wall() const {
    return start_wall_ + std::chrono::duration_cast<WallTime::duration>(elapsed());
  }
  Duration elapsed() const { return now_ - start_; }

  PlanId after(Duration delay, Act act) { return at(now_ + delay, std::move(act)); }
  PlanId at(TimePoint time, Act act);
  void cancel(PlanId& id);
  std::size_t size() const { return acts_.size(); }

  // The next act, unless it lies beyond `until`: then it is `until`, and false.
  bool run_next(TimePoint until);

 private:
  struct Entry {
    TimePoint time;
    std::uint64_t number = 0;
  };
  static bool later(const Entry& a, const Entry& b) {
    return a.time != b.time ? a.time > b.time : a.number > b.number;
  }

  static constexpr TimePoint start_{std::chrono::hours(1)};
  static constexpr WallTime start_wall_{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  TimePoint now_ = start_;
  std::uint64_t last_ = 0;
  std::vector<Entry> heap_;  // cancelled ones stay until their time
  std::unordered_map<std::uint64_t, Act> acts_;
};

}  // namespace ringfence::simulation
