// StartPace: how long each of many trunks that want to register at the same moment waits. The first
// few go at once, the others one after the other, so that 500 take half a minute. Pure.
#pragma once

#include <chrono>

#include "runtime/clock.hpp"
#include "runtime/random.hpp"

namespace ringfence::sip_core {

class StartPace {
 public:
  static constexpr unsigned kAtOnce = 20;
  static constexpr std::chrono::milliseconds kInterval{60};

  // After a change of the network, for which many are waiting: up to half a second each.
  static std::chrono::milliseconds settle(Random& random) {
    return std::chrono::milliseconds(1 + random.number() % 500);
  }

  // Of the next one; each call counts as a start.
  std::chrono::milliseconds wait(TimePoint now, Random& random);

 private:
  TimePoint next_;  // if all starts so far had kept the interval
};

}  // namespace ringfence::sip_core
