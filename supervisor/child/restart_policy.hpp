// RestartPolicy: when a child is started, given up and started again. Pure. The first restart comes
// at once; while a child keeps dying young, each further one waits longer, up to 8 s; a child that
// lived 30 s is forgiven. One that is not ready 10 s after its start is killed.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/clock.hpp"

namespace ringfence::supervisor {

enum class ChildState : std::uint8_t { starting, running, backoff };
std::string_view name_of(ChildState state);

struct RestartPolicy {
  ChildState state = ChildState::backoff;
  std::uint32_t early_deaths = 0;  // in a row
  std::uint32_t starts = 0;
  TimePoint started{};
};

enum class ChildEvent : std::uint8_t {
  start_due,          // the first start, or the back-off's timer
  became_ready,       // the child serves
  readiness_overdue,  // the timer of its start
  died,               // also: it could not be started at all
  ordered_restart,    // an operator's word
};

enum class ChildOrder : std::uint8_t { spawn, kill, terminate, stop_timer, start_timer };
struct ChildAction {
  ChildOrder order;
  ChildEvent timer_event = ChildEvent::start_due;  // what the timer brings
  Duration delay{};
};

inline constexpr Duration kReadinessTimeout = std::chrono::seconds(10);
inline constexpr Duration kForgivenAfter = std::chrono::seconds(30);
inline constexpr Duration kFirstDelay = std::chrono::milliseconds(250);
inline constexpr Duration kLongestDelay = std::chrono::seconds(8);

std::vector<ChildAction> step(RestartPolicy& policy, ChildEvent event, TimePoint now);

}  // namespace ringfence::supervisor
