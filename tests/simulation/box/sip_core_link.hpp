// SipCoreLink: the way from the simulated tls-front and media worker to the simulated sip-core: a
// stream of events that keeps its order, takes a little time, and loses what is on its way when
// sip-core dies.
#pragma once

#include "sip-core/engine/event.hpp"

namespace ringfence::simulation {

class SipCoreLink {
 public:
  virtual ~SipCoreLink() = default;
  virtual bool is_up() const = 0;
  virtual void post(sip_core::Event event) = 0;
};

}  // namespace ringfence::simulation
