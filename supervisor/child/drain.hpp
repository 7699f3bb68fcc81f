// Drain: the long way to stop: sip-core takes no new calls, and the bundle ends once the last call
// is over, or the time is. Pure.
#pragma once

#include <optional>

#include "proto/supervisor_child.pb.h"
#include "runtime/clock.hpp"

namespace ringfence::supervisor {

struct Drain {
  bool ordered = false;
  std::optional<TimePoint> until;  // absent: as long as calls last
};

// A second order sets another time.
inline void order(Drain& drain, const proto::DrainOrder& given, TimePoint now) {
  drain.ordered = true;
  drain.until.reset();
  if (given.has_seconds()) drain.until = now + std::chrono::seconds(given.seconds());
}

// `sip_core`: the last it said of itself; only what it said since it took the order counts.
inline bool is_over(const Drain& drain, const proto::SipCoreHealth& sip_core, TimePoint now) {
  if (!drain.ordered) return false;
  return (sip_core.draining() && sip_core.calls_active() == 0) ||
         (drain.until && now >= *drain.until);
}

}  // namespace ringfence::supervisor
