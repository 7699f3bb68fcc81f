// HealthReport: what sip-core tells the supervisor of itself: when it changed, at most once a
// second, and every ten seconds in any case.
#pragma once

#include <functional>
#include <string>

#include "proto/supervisor_child.pb.h"
#include "runtime/counters.hpp"
#include "runtime/loop.hpp"
#include "sip-core/engine/engine.hpp"

namespace ringfence::sip_core {

proto::SipCoreHealth state_message(const EngineHealth& health);  // without counters
proto::SipCoreHealth health_message(const EngineHealth& health, const Counters& counters);

class HealthReport {
 public:
  using Read = std::function<proto::SipCoreHealth()>;

  // `read_state` is asked often, `read` only for what is sent.
  HealthReport(Loop& loop, Read read_state, Read read,
               std::function<void(const proto::FromChild&)> send);
  void start();
  // Something happened: if the last report is a second old, a change is reported now and not at
  // the next tick.
  void on_turn();

 private:
  void tick();
  void report_change();

  Loop& loop_;
  Read read_state_;
  Read read_;
  std::function<void(const proto::FromChild&)> send_;
  Timer timer_;
  std::string last_state_;  // without counters: they alone are no change
  TimePoint sent_at_;
  TimePoint read_at_;
};

}  // namespace ringfence::sip_core
