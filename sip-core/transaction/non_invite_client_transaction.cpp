#include "sip-core/transaction/non_invite_client_transaction.hpp"

#include <algorithm>

#include "sip-core/transaction/timer_values.hpp"

namespace ringfence::sip_core {

namespace {

using Machine = NonInviteClientTransaction;
using State = Machine::State;
using Input = Machine::Input;

Orders start(Machine& m) {
  Orders orders;
  orders.add(OrderKind::send_request).start(TimerName::F, kTimerF);
  m.timer_e = kTimerE;
  if (m.reliability == Reliability::unreliable) orders.start(TimerName::E, m.timer_e);
  return orders;
}

Orders give_up(Machine& m, OrderKind report) {
  m.state = State::terminated;
  return Orders().add(report).add(OrderKind::terminate);
}

// §17.1.2.2: doubling up to T2 while trying, T2 at once in Proceeding.
Orders retransmit(Machine& m) {
  m.timer_e = m.state == State::proceeding ? kT2 : std::min(2 * m.timer_e, kT2);
  return Orders().add(OrderKind::send_request).start(TimerName::E, m.timer_e);
}

Orders enter_completed(Machine& m) {
  Orders orders;
  orders.stop(TimerName::E).stop(TimerName::F).add(OrderKind::deliver);
  if (m.reliability == Reliability::reliable) {  // Timer K is zero
    m.state = State::terminated;
    return orders.add(OrderKind::terminate);
  }
  m.state = State::completed;
  return orders.start(TimerName::K, kTimerK);
}

Orders while_pending(Machine& m, Input input) {
  switch (input) {
    case Input::start:
      return start(m);
    case Input::timer_e:
      return retransmit(m);
    case Input::timer_f:
      return give_up(m, OrderKind::report_timeout);
    case Input::provisional:
      m.state = State::proceeding;
      return Orders().add(OrderKind::deliver);
    case Input::final:
      return enter_completed(m);
    case Input::transport_error:
      return give_up(m, OrderKind::report_transport_failure);
    case Input::timer_k:
      return {};
  }
  return {};
}

}  // namespace

Orders step(NonInviteClientTransaction& m, Input input) {
  switch (m.state) {
    case State::trying:
    case State::proceeding:
      return while_pending(m, input);
    case State::completed:
      if (input != Input::timer_k) return {};
      m.state = State::terminated;
      return Orders().add(OrderKind::terminate);
    case State::terminated:
      return {};
  }
  return {};
}

}  // namespace ringfence::sip_core
