// UPDATE (RFC 3311) from either side, before the answer and within the call: an offer goes to the
// other leg through the gate as a re-INVITE's does; without one it refreshes, and is answered here.
#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

}  // namespace

// Whether an offer may go to that side now, without waiting for anybody: after the answer always,
// by a re-INVITE where UPDATE is not allowed; before it only by UPDATE, once the first offer was
// answered reliably (RFC 3311 §5.1).
bool Call::can_update(CallSide side) {
  if (phase_ == CallPhase::answered) return true;
  if (!has_leg(side)) return false;
  const Leg& to = leg(side);
  if (!to.agreed) return false;
  if (side == CallSide::a || b_) return to.abilities.update;
  for (const Fork& fork : find_branch(*early_branch_)->forks) {
    if (!fork.aside) return fork.abilities.update;
  }
  return false;
}

void Call::on_update(CallScope& scope, CallSide side, const RequestReceived& request) {
  const sip::Message& message = *request.message;
  if (message.body().empty()) return accept_refresh(scope, side, request);
  Dialog* dialog = find_dialog(side, message);
  const bool in_hand = has_leg(side) && dialog == &leg(side).dialog;
  // RFC 3311 §5.2: another offer is not answered yet, ours or the peer's.
  if (!in_hand || (phase_ == CallPhase::setting_up && !leg(side).agreed)) {
    return try_again_later(scope, request);
  }
  if (!may_exchange(scope, side, request)) return;
  if (!can_update(other(side))) return respond(scope, request, 504);
  Exchange exchange;
  exchange.from = side;
  exchange.request = request;
  if (!read_reoffer(scope, side, exchange)) return;
  dialog->refresh_target(message);
  if (answer_unchanged(scope, side, exchange)) return;
  const bool before = phase_ == CallPhase::setting_up;
  const bool by_update = before || leg(other(side)).abilities.update;
  start_exchange(scope, std::move(exchange), by_update ? sip::Method::update : sip::Method::invite);
}

// A target refresh, or one of the session timer (RFC 4028 §10).
void Call::accept_refresh(CallScope& scope, CallSide side, const RequestReceived& request) {
  Dialog* dialog = find_dialog(side, *request.message);
  const bool answered = phase_ == CallPhase::answered;
  if (answered && refuse_interval(scope, leg(side), request)) return;
  dialog->refresh_target(*request.message);
  auto ok = answer(request, 200);
  ok.add(HeaderName::contact, dialog->contact());
  add_capabilities(ok);
  if (answered) grant_session(scope, side, *request.message, ok);
  scope.context.transactions.respond(request.transaction, ok);
  if (phase_ == CallPhase::answered) persist(scope);
}

}  // namespace ringfence::sip_core
