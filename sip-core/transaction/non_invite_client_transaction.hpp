// The non-INVITE client transaction: RFC 3261 §17.1.2. Pure: step() changes the state and says what
// is to be done. Not responsible for INVITE and ACK; CANCEL is a transaction of this kind.
#pragma once

#include "sip-core/transaction/machine.hpp"

namespace ringfence::sip_core {

struct NonInviteClientTransaction {
  enum class State : std::uint8_t { trying, proceeding, completed, terminated };
  enum class Input : std::uint8_t {
    start,
    timer_e,
    timer_f,
    timer_k,
    provisional,
    final,
    transport_error,
  };

  Reliability reliability = Reliability::reliable;
  State state = State::trying;
  std::chrono::milliseconds timer_e{0};
};

Orders step(NonInviteClientTransaction& transaction, NonInviteClientTransaction::Input input);

}  // namespace ringfence::sip_core
