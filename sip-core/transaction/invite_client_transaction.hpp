// The INVITE client transaction: RFC 3261 §17.1.1 with RFC 6026 §7.2 (Accepted, Timer M). Pure:
// step() changes the state and says what is to be done. It never makes the ACK to a 2xx: that is
// the user's. A CANCEL bounds the wait: without a final response 64*T1 later it counts as timed
// out (§9.1).
#pragma once

#include "sip-core/transaction/machine.hpp"

namespace ringfence::sip_core {

struct InviteClientTransaction {
  enum class State : std::uint8_t { calling, proceeding, completed, accepted, terminated };
  enum class Input : std::uint8_t {
    start,
    timer_a,
    timer_b,
    timer_c,
    timer_d,
    timer_m,
    provisional,  // 1xx
    success,      // 2xx
    failure,      // 3xx-6xx
    cancelled,    // a CANCEL for it was sent
    transport_error,
  };

  Reliability reliability = Reliability::reliable;
  State state = State::calling;
  std::chrono::milliseconds timer_a{0};
  bool cancel_sent = false;
  bool flow_lost = false;  // while it rang: told of, and its final response still awaited
};

Orders step(InviteClientTransaction& transaction, InviteClientTransaction::Input input);

}  // namespace ringfence::sip_core
