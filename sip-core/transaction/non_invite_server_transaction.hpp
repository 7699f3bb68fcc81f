// The non-INVITE server transaction: RFC 3261 §17.2.2 with RFC 4320: no 408 is ever sent, no
// provisional but 100, and that one only when the user takes long; an answer that comes after
// Timer F of the client is not sent. Pure: step() changes the state and says what is to be done.
#pragma once

#include "sip-core/transaction/machine.hpp"

namespace ringfence::sip_core {

struct NonInviteServerTransaction {
  enum class State : std::uint8_t { trying, proceeding, completed, terminated };
  enum class Input : std::uint8_t {
    start,
    request,  // the request once more
    respond_final,
    respond_408,
    timer_trying,
    timer_f,  // the client has given up
    timer_j,
    transport_error,
  };

  Reliability reliability = Reliability::reliable;
  State state = State::trying;
};

Orders step(NonInviteServerTransaction& transaction, NonInviteServerTransaction::Input input);

}  // namespace ringfence::sip_core
