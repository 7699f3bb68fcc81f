// Admission: what is refused at the door while sip-core is overloaded (F023): what would begin new
// work. Requests within dialogs, what belongs to a transaction, registrations that are refreshed
// and emergency calls pass. The refusal costs no state. Owned by the engine.
#pragma once

#include <string_view>

#include "sip-core/engine/context.hpp"
#include "sip-core/engine/overload_control.hpp"

namespace ringfence::sip_core {

class Admission {
 public:
  // Before an event is handled that lay for `delay`; writes the lines of [overload].
  void note(const Context& context, Duration delay, const OverloadControl::Figures& figures);
  // Of a request that repeats nothing.
  bool admits(const Context& context, const sip::Message& request,
              const MessageSource& source) const;
  // The 503 with Retry-After, counted.
  sip::OutgoingMessage refusal(const Context& context, const sip::Message& request,
                               const MessageSource& source) const;

 private:
  OverloadControl control_;
};

}  // namespace ringfence::sip_core
