// TimerService: the engine's one timer wheel, shared by its parts. A timer is an owner and a
// payload; when it is due the owner's on_timer(context, payload) is called. A stop() is final:
// a timer that became due in the same turn and was stopped before its call is not delivered.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/timer_wheel.hpp"

namespace ringfence::sip_core {

enum class TimerOwner : std::uint8_t {
  transactions,
  sender,
  registrar,
  trunks,
  probes,
  calls,
  engine
};

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
  std::optional<DueTimer> take(std::uint64_t number);
  std::optional<TimePoint> next_wake() const { return wheel_.next_wake(); }
  std::size_t count(TimerOwner owner) const;  // walks over all

 private:
  // Our number of a timer is its place and the place's generation; it is the wheel's token too.
  struct Entry {
    TimerId wheel_id;
    std::uint64_t payload = 0;
    std::uint32_t generation = 1;
    TimerOwner owner = TimerOwner::engine;
    bool active = false;
  };
  Entry* find(std::uint64_t number);
  void release(std::uint64_t number);

  TimerWheel wheel_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> free_;
};

}  // namespace ringfence::sip_core
