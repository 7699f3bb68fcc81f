#include "sip-core/transaction/invite_server_transaction.hpp"

#include <algorithm>

#include "sip-core/transaction/timer_values.hpp"

namespace ringfence::sip_core {

namespace {

using Machine = InviteServerTransaction;
using State = Machine::State;
using Input = Machine::Input;

Orders end(Machine& m) {
  m.state = State::terminated;
  return Orders().add(OrderKind::terminate);
}

Orders enter_accepted(Machine& m) {
  m.state = State::accepted;
  m.responded = true;
  m.timer_g = kTimerG;
  return Orders()
      .stop(TimerName::trying)
      .add(OrderKind::send_response)
      .start(TimerName::G, m.timer_g)
      .start(TimerName::L, kTimerL);
}

Orders enter_completed(Machine& m) {
  m.state = State::completed;
  m.responded = true;
  Orders orders;
  orders.stop(TimerName::trying).add(OrderKind::send_response).start(TimerName::H, kTimerH);
  m.timer_g = kTimerG;
  if (m.reliability == Reliability::unreliable) orders.start(TimerName::G, m.timer_g);
  return orders;
}

Orders retransmit(Machine& m) {
  m.timer_g = std::min(2 * m.timer_g, kT2);
  return Orders().add(OrderKind::send_response).start(TimerName::G, m.timer_g);
}

Orders while_proceeding(Machine& m, Input input) {
  switch (input) {
    case Input::start:
      return Orders().start(TimerName::trying, kTryingInvite);
    case Input::request:
      return m.responded ? Orders().add(OrderKind::send_response) : Orders();
    case Input::timer_trying:
      if (m.responded) return {};
      m.responded = true;
      return Orders().add(OrderKind::send_trying);
    case Input::respond_provisional:
      m.responded = true;
      return Orders().stop(TimerName::trying).add(OrderKind::send_response);
    case Input::respond_success:
      return enter_accepted(m);
    case Input::respond_failure:
      return enter_completed(m);
    case Input::transport_error: {
      m.state = State::terminated;
      return Orders().add(OrderKind::report_transport_failure).add(OrderKind::terminate);
    }
    case Input::ack:
    case Input::timer_g:
    case Input::timer_h:
    case Input::timer_i:
    case Input::timer_l:
      return {};
  }
  return {};
}

Orders enter_confirmed(Machine& m) {
  if (m.reliability == Reliability::reliable) return end(m);  // Timer I is zero
  m.state = State::confirmed;
  return Orders().stop(TimerName::G).stop(TimerName::H).start(TimerName::I, kTimerI);
}

Orders while_completed(Machine& m, Input input) {
  switch (input) {
    case Input::request:
      return Orders().add(OrderKind::send_response);
    case Input::timer_g:
      return retransmit(m);
    case Input::timer_h:
      m.state = State::terminated;
      return Orders().add(OrderKind::report_no_ack).add(OrderKind::terminate);
    case Input::ack:
      return enter_confirmed(m);
    case Input::transport_error:
      return end(m);
    case Input::start:
    case Input::respond_provisional:
    case Input::respond_success:
    case Input::respond_failure:
    case Input::timer_trying:
    case Input::timer_i:
    case Input::timer_l:
      return {};
  }
  return {};
}

// RFC 6026 §8.7: a repeated INVITE is absorbed here: the 2xx has a timer of its own.
Orders while_accepted(Machine& m, Input input) {
  switch (input) {
    case Input::ack:
      m.acknowledged = true;
      return Orders().stop(TimerName::G);
    case Input::timer_g:
      return m.acknowledged ? Orders() : retransmit(m);
    case Input::timer_l: {
      Orders orders;
      if (!m.acknowledged) orders.add(OrderKind::report_no_ack);
      m.state = State::terminated;
      return orders.add(OrderKind::terminate);
    }
    case Input::respond_success:  // RFC 6026 §7.1: whatever 2xx the user gives is sent
      return Orders().add(OrderKind::send_response);
    case Input::start:
    case Input::request:
    case Input::respond_provisional:
    case Input::respond_failure:
    case Input::timer_trying:
    case Input::timer_h:
    case Input::timer_i:
    case Input::transport_error:  // the ACK may yet come over another connection
      return {};
  }
  return {};
}

}  // namespace

Orders step(InviteServerTransaction& m, Input input) {
  switch (m.state) {
    case State::proceeding:
      return while_proceeding(m, input);
    case State::completed:
      return while_completed(m, input);
    case State::accepted:
      return while_accepted(m, input);
    case State::confirmed:
      return input == Input::timer_i ? end(m) : Orders();
    case State::terminated:
      return {};
  }
  return {};
}

}  // namespace ringfence::sip_core
