#include "sip-core/transaction/non_invite_server_transaction.hpp"

#include "sip-core/transaction/timer_values.hpp"

namespace ringfence::sip_core {

namespace {

using Machine = NonInviteServerTransaction;
using State = Machine::State;
using Input = Machine::Input;

Orders end(Machine& m) {
  m.state = State::terminated;
  return Orders().add(OrderKind::terminate);
}

Orders enter_completed(Machine& m) {
  Orders orders;
  orders.stop(TimerName::trying).stop(TimerName::F).add(OrderKind::send_response);
  if (m.reliability == Reliability::reliable) {  // Timer J is zero
    m.state = State::terminated;
    return orders.add(OrderKind::terminate);
  }
  m.state = State::completed;
  return orders.start(TimerName::J, kTimerJ);
}

Orders while_pending(Machine& m, Input input) {
  switch (input) {
    case Input::start:
      return Orders().start(TimerName::trying, kTryingNonInvite).start(TimerName::F, kTimerF);
    case Input::request:
      return m.state == State::proceeding ? Orders().add(OrderKind::send_trying) : Orders();
    case Input::timer_trying:
      m.state = State::proceeding;
      return Orders().add(OrderKind::send_trying);
    case Input::respond_final:
      return enter_completed(m);
    case Input::respond_408:  // RFC 4320 §4.2
    case Input::timer_f:
      return end(m);
    case Input::transport_error: {
      m.state = State::terminated;
      return Orders().add(OrderKind::report_transport_failure).add(OrderKind::terminate);
    }
    case Input::timer_j:
      return {};
  }
  return {};
}

}  // namespace

Orders step(NonInviteServerTransaction& m, Input input) {
  switch (m.state) {
    case State::trying:
    case State::proceeding:
      return while_pending(m, input);
    case State::completed:
      if (input == Input::request) return Orders().add(OrderKind::send_response);
      return input == Input::timer_j || input == Input::transport_error ? end(m) : Orders();
    case State::terminated:
      return {};
  }
  return {};
}

}  // namespace ringfence::sip_core
