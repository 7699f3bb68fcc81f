// StatusLink: the link to ringfence-status. It answers what an operator asks of the running engine
// and delivers traces at the end of each turn, never more than their windows allow. When the link
// closes, its traces end; the supervisor sends a new socket once status lives again.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "proto/channel/link.hpp"
#include "proto/status_sip_core.pb.h"
#include "runtime/clock.hpp"
#include "runtime/log.hpp"
#include "runtime/loop.hpp"
#include "sip-core/engine/engine.hpp"
#include "sip-core/trace/traces.hpp"

namespace ringfence::sip_core {

class StatusLink final : trace::TraceSink {
 public:
  // All of them outlive it. `epoch` is this process'.
  StatusLink(Loop& loop, Logger& log, std::uint64_t epoch, const Engine& engine,
             trace::Traces& traces)
      : loop_(loop), log_(log), epoch_(epoch), engine_(engine), traces_(traces) {}

  void connect(Fd socket);  // replaces what was there
  // At the end of a turn.
  void deliver();

 private:
  using PeerLink = channel::Link<proto::FromStatus, proto::ToStatus>;
  bool receive(const proto::FromStatus& message);
  void closed(const std::string& reason);
  void list_calls(std::uint64_t request);
  void list_registrations(std::uint64_t request, const std::optional<RegistrationKey>& after);
  void start_trace(const proto::StartTrace& request);

  // TraceSink
  void on_message(trace::TraceNumber trace, const trace::TraceMessage& message,
                  const trace::CallIndex::Leg* leg, std::uint64_t missed) override;
  void on_caught_up(trace::TraceNumber trace) override;
  void on_call_over(trace::TraceNumber trace) override;

  Loop& loop_;
  Logger& log_;
  std::uint64_t epoch_;
  const Engine& engine_;
  trace::Traces& traces_;
  std::unique_ptr<PeerLink> link_;
  bool said_hello_ = false;
  proto::ToStatus out_;  // kept for its memory
  Timer look_again_;
  std::map<std::uint64_t, Timer> lists_;  // that go on, by request
};

}  // namespace ringfence::sip_core
