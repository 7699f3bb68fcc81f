#include "sip-core/transaction/invite_client_transaction.hpp"

#include "sip-core/transaction/timer_values.hpp"

namespace ringfence::sip_core {

namespace {

using Machine = InviteClientTransaction;
using State = Machine::State;
using Input = Machine::Input;

Orders start(Machine& m) {
  Orders orders;
  orders.add(OrderKind::send_request).start(TimerName::B, kTimerB);
  m.timer_a = kTimerA;
  if (m.reliability == Reliability::unreliable) orders.start(TimerName::A, m.timer_a);
  return orders;
}

Orders give_up(Machine& m, OrderKind report) {
  m.state = State::terminated;
  return Orders().add(report).add(OrderKind::terminate);
}

Orders enter_accepted(Machine& m) {
  m.state = State::accepted;
  return Orders()
      .stop(TimerName::A)
      .stop(TimerName::B)
      .stop(TimerName::C)
      .add(OrderKind::deliver)
      .start(TimerName::M, kTimerM);
}

Orders enter_completed(Machine& m) {
  Orders orders;
  orders.stop(TimerName::A).stop(TimerName::B).stop(TimerName::C);
  orders.add(OrderKind::send_ack).add(OrderKind::deliver);
  if (m.reliability == Reliability::reliable) {  // Timer D is zero
    m.state = State::terminated;
    return orders.add(OrderKind::terminate);
  }
  m.state = State::completed;
  return orders.start(TimerName::D, kTimerD);
}

// §16.6: every provisional response but 100 would restart Timer C; a 100 counts too here, for the
// callee may ring in silence.
Orders enter_proceeding(Machine& m) {
  Orders orders;
  if (m.state == State::calling) orders.stop(TimerName::A).stop(TimerName::B);
  m.state = State::proceeding;
  orders.add(OrderKind::deliver);
  if (!m.cancel_sent) orders.start(TimerName::C, kTimerC);
  return orders;
}

// Whoever rang and was sent a CANCEL may have answered before it came: as in Accepted, each 2xx
// goes up, to get ACK and BYE.
Orders lose_flow(Machine& m) {
  m.state = State::accepted;
  m.flow_lost = true;
  return Orders()
      .stop(TimerName::B)
      .stop(TimerName::C)
      .add(OrderKind::report_transport_failure)
      .start(TimerName::M, kTimerM);
}

Orders while_pending(Machine& m, Input input) {
  switch (input) {
    case Input::start:
      return start(m);
    case Input::timer_a:
      if (m.state != State::calling) return {};
      m.timer_a *= 2;
      return Orders().add(OrderKind::send_request).start(TimerName::A, m.timer_a);
    case Input::timer_b:
    case Input::timer_c:
      return give_up(m, OrderKind::report_timeout);
    case Input::provisional:
      return enter_proceeding(m);
    case Input::success:
      return enter_accepted(m);
    case Input::failure:
      return enter_completed(m);
    case Input::cancelled:
      m.cancel_sent = true;
      return Orders().start(TimerName::C, 64 * kT1);
    case Input::transport_error:
      if (m.state == State::proceeding && m.cancel_sent) return lose_flow(m);
      return give_up(m, OrderKind::report_transport_failure);
    case Input::timer_d:
    case Input::timer_m:
      return {};
  }
  return {};
}

Orders while_completed(Machine& m, Input input) {
  if (input == Input::failure) return Orders().add(OrderKind::send_ack);
  if (input == Input::timer_d || input == Input::transport_error) {
    m.state = State::terminated;
    return Orders().add(OrderKind::terminate);
  }
  return {};
}

// RFC 6026 §7.2: each 2xx goes up; anything else is absorbed.
Orders while_accepted(Machine& m, Input input) {
  if (input == Input::success) return Orders().add(OrderKind::deliver);
  if (input == Input::failure && m.flow_lost) return Orders().add(OrderKind::send_ack);
  if (input == Input::timer_m) {
    m.state = State::terminated;
    return Orders().add(OrderKind::terminate);
  }
  return {};
}

}  // namespace

Orders step(InviteClientTransaction& m, Input input) {
  switch (m.state) {
    case State::calling:
    case State::proceeding:
      return while_pending(m, input);
    case State::completed:
      return while_completed(m, input);
    case State::accepted:
      return while_accepted(m, input);
    case State::terminated:
      return {};
  }
  return {};
}

}  // namespace ringfence::sip_core
