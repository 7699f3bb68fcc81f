// SupervisorOrders: what the supervisor tells a media worker: the link to sip-core, the page of
// sessions that outlives it, and the few settings that concern media. A message that makes no sense
// ends the process: receive() is false.
#pragma once

#include <chrono>
#include <vector>

#include "media-worker/health/health_reporter.hpp"
#include "media-worker/io/carrier.hpp"
#include "media-worker/link/sip_core_link.hpp"
#include "proto/channel/child_process.hpp"

namespace ringfence::media_worker {

class SupervisorOrders {
 public:
  SupervisorOrders(channel::ChildProcess& process, Carrier& carrier);
  bool receive(proto::FromSupervisor& message, std::vector<Fd>& fds);

 private:
  void take_up(const Fd& page);
  void set(const proto::Setting& setting);
  void apply(std::uint64_t revision);

  channel::ChildProcess& process_;
  Carrier& carrier_;
  SipCoreLink sip_core_;
  HealthReporter health_;
  std::chrono::microseconds gather_{0};
  Timer settled_;
};

}  // namespace ringfence::media_worker
