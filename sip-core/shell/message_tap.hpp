// MessageTap: files every SIP message that comes or goes with the traces: when, over which flow,
// its octets. It changes nothing; where nobody wants messages it does nothing.
#pragma once

#include "runtime/clock.hpp"
#include "sip-core/engine/engine.hpp"
#include "sip-core/trace/traces.hpp"

namespace ringfence::sip_core {

class MessageTap {
 public:
  // All of them outlive it.
  MessageTap(const Engine& engine, const Clock& clock, trace::Traces& traces)
      : engine_(engine), clock_(clock), traces_(traces) {}

  void on_event(const Event& event);  // before the engine takes it
  void on_sending(const SendDatagram& datagram);
  void on_sending(const SendStream& message);

 private:
  void file(const Flow& flow, trace::Direction direction, std::string_view octets);

  const Engine& engine_;
  const Clock& clock_;
  trace::Traces& traces_;
};

}  // namespace ringfence::sip_core
