// TimerService: the engine's one timer wheel, shared by its parts. A timer is an owner and a
// payload; when it is due the owner's on_timer(context, payload) is called. A stop() is final:
// a timer that became due in the same turn and was stopped before its call is not delivered.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/timer_wheel.hpp"

namespace ringfence::sip_core {

enum class TimerOwner : std::uint8_t { transactions, sender, registrar, trunks, calls, engine };

struct DueTimer {
  TimerId id;
  TimerOwner owner = TimerOwner::engine;
  std::uint64_t payload = 0;
};

class TimerService {
 public:
  explicit TimerService(TimePoint start) : wheel_(start) {}

  TimerId start(TimePoint due, TimerOwner owner, std::uint64_t payload);
  void stop(TimerId id);  // harmless when it fired before; value 0 is never a timer

  // For the engine: what is due, oldest first; take() says whether one still stands.
  void advance(TimePoint now, std::vector<std::uint64_t>& due) { wheel_.advance(now, due); }
  std::optional<DueTimer> take(std::uint64_t due);
  std::optional<TimePoint> next_wake() const { return wheel_.next_wake(); }
  std::size_t count(TimerOwner owner) const;  // walks over all

 private:
  struct Entry {
    TimerId wheel_id;
    TimerOwner owner = TimerOwner::engine;
    std::uint64_t payload = 0;
  };
  TimerWheel wheel_;
  std::unordered_map<std::uint64_t, Entry> active_;  // by our number, which is the wheel's token
  std::uint64_t last_ = 0;
};

}  // namespace ringfence::sip_core
