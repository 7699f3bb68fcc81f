// The INVITE server transaction: RFC 3261 §17.2.1 with RFC 6026 §7.1 (Accepted, Timer L). Pure:
// step() changes the state and says what is to be done. A 2xx is repeated here until its ACK comes
// (§13.3.1.4), on streams too (R051): the interval runs from T1 to T2, Timer G by its name.
#pragma once

#include "sip-core/transaction/machine.hpp"

namespace ringfence::sip_core {

struct InviteServerTransaction {
  enum class State : std::uint8_t { proceeding, completed, confirmed, accepted, terminated };
  enum class Input : std::uint8_t {
    start,
    request,  // the INVITE once more
    ack,      // of a 3xx-6xx by transaction, of a 2xx by dialog
    respond_provisional,
    respond_success,
    respond_failure,
    timer_trying,
    timer_g,
    timer_h,
    timer_i,
    timer_l,
    transport_error,
  };

  Reliability reliability = Reliability::reliable;
  State state = State::proceeding;
  std::chrono::milliseconds timer_g{0};
  bool responded = false;     // there is something to repeat
  bool acknowledged = false;  // in Accepted: the ACK has come
};

Orders step(InviteServerTransaction& transaction, InviteServerTransaction::Input input);

}  // namespace ringfence::sip_core
