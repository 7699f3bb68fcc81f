// TimerWheel: all timers of a process in one hierarchical wheel (4 levels of 256 slots, 1 ms ticks,
// about 49 days). Pure: it is told the time and hands back what is due, in order of due time by
// tick, equal ones in the order of their start. Starting and stopping cost O(1) and reuse nodes.
// Due times in the past fire at the next advance.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/clock.hpp"
#include "runtime/strong_type.hpp"

namespace ringfence {

// Names one start; never repeats within a wheel, so a stale stop is harmless.
using TimerId = Strong<std::uint64_t, struct TimerIdTag>;

class TimerWheel {
 public:
  explicit TimerWheel(TimePoint start);

  // `token` comes back from advance(); its meaning is the caller's.
  TimerId start(TimePoint due, std::uint64_t token);
  // False when it has fired or was stopped before.
  bool stop(TimerId id);
  // Appends the tokens of everything due at `now`. A stop() by the caller while it works through
  // the list cannot take back what is already in it.
  void advance(TimePoint now, std::vector<std::uint64_t>& due);
  // When advance() has something to do next; may be early (a cascade), never late.
  std::optional<TimePoint> next_wake() const;
  std::size_t size() const { return active_; }

 private:
  static constexpr std::size_t kLevels = 4;
  static constexpr std::size_t kSlots = 256;
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Node {
    std::uint64_t due_tick = 0;
    std::uint64_t token = 0;
    std::uint32_t generation = 0;
    std::uint32_t previous = kNone;
    std::uint32_t next = kNone;
    std::uint32_t slot = kNone;  // level * kSlots + index; kNone = free
  };

  void link(std::uint32_t node);
  void unlink(std::uint32_t node);
  void release(std::uint32_t node);
  void cascade(std::size_t level);
  std::uint32_t tail_of(std::uint32_t head) const;
  std::optional<std::size_t> next_occupied(std::size_t level, std::size_t from) const;
  std::uint64_t tick_of(TimePoint time) const;

  TimePoint start_;
  std::uint64_t current_tick_ = 0;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> free_;
  std::array<std::uint32_t, kLevels * kSlots> heads_;
  std::array<std::array<std::uint64_t, kSlots / 64>, kLevels> occupied_{};
  std::size_t active_ = 0;
};

}  // namespace ringfence
