// Legs change hands: what a call has left for others (TransferEvents) is carried out here, with no
// call knowing another.
#include <utility>

#include "sip-core/b2bua/call_table.hpp"

namespace ringfence::sip_core {

namespace {

bool is_same_party(const Party& one, const Party& other) {
  return one.tenant == other.tenant && one.trunk == other.trunk && one.extension == other.extension;
}

}  // namespace

void CallTable::settle_transfers(CallScope& scope) {
  while (!shared.transfers.empty()) {
    TransferEvent event = std::move(shared.transfers.front());
    shared.transfers.pop_front();
    std::visit([&](auto& one) { on(scope, one); }, event);
  }
}

void CallTable::on(CallScope& scope, TransferWanted& event) {
  const Call* from = find(event.call);
  if (from == nullptr || from->phase() != CallPhase::answered) return;
  Call& successor = add();
  scope.context.counters.get("calls_started_total").add();
  find(event.call)->set_successor(successor.number());
  successor.begin_transfer(scope, *from, event);
  drop_if_finished(scope, successor.number());
}

void CallTable::on(CallScope& scope, TransferProgress& event) {
  Call* call = find(event.predecessor);
  if (call == nullptr) return;
  call->on_transfer_progress(scope, event.status);
  drop_if_finished(scope, event.predecessor);
}

void CallTable::on(CallScope& scope, TransferAnswered& event) {
  Call* from = find(event.predecessor);
  Call* successor = find(event.successor);
  if (successor == nullptr) return;
  const TransferInHand* transfer = from == nullptr ? nullptr : from->transfer();
  if (transfer == nullptr) {
    successor->end(scope, {"transfer_abandoned", 487});
  } else {
    HandedOver remaining = from->hand_over(scope, other(transfer->by), MediaSessionGoes::along);
    from->conclude_transfer(scope);
    successor->take_caller(scope, std::move(remaining));
  }
  drop_if_finished(scope, event.predecessor);
  drop_if_finished(scope, event.successor);
}

void CallTable::on(CallScope& scope, TransferAbandoned& event) {
  Call* successor = find(event.successor);
  if (successor == nullptr) return;
  successor->give_up_transfer(scope);
  drop_if_finished(scope, event.successor);
}

// RFC 3891 §3: what an INVITE or REFER that names no dialog of ours, or a wrong one, is told.
std::expected<CallTable::Named, int> CallTable::find_named(const Replaces& replaces) {
  const auto found = shared.dialogs.find(replaces.call_id, replaces.to_tag);
  Call* call = found == nullptr ? nullptr : find(found->call);
  if (call == nullptr) return std::unexpected(481);
  const CallSide side = found->side;
  const Party* party = call->party_of(side, replaces);
  if (party == nullptr) return std::unexpected(481);
  if (call->phase() == CallPhase::ended) return std::unexpected(603);
  if (call->phase() == CallPhase::setting_up) return Named{call, side, party};
  if (replaces.which == Replaces::Which::early_only) return std::unexpected(486);
  if (!call->may_hand_over(other(side))) return std::unexpected(491);
  return Named{call, side, party};
}

void CallTable::on(CallScope& scope, JoinWanted& event) {
  Call* one = find(event.call);
  if (one == nullptr) return;
  const auto named = find_named(event.replaces);
  if (!named) return one->respond(scope, event.refer, named.error());
  Call* two = named->call;
  // Only the two calls of one party are joined, and by that party.
  if (two == one || !is_same_party(one->party(event.by), *named->party)) {
    return one->respond(scope, event.refer, 403);
  }
  if (two->phase() == CallPhase::setting_up) return join_early(scope, event, *named);
  one->accept_refer(scope, event.by, event.refer);
  const CallNumber second = two->number();
  HandedOver remaining = one->hand_over(scope, other(event.by), MediaSessionGoes::along);
  HandedOver joined = two->hand_over(scope, other(named->side), MediaSessionGoes::nowhere);
  two->conclude_transfer(scope);
  one->conclude_transfer(scope);
  Call& call = add();
  scope.context.counters.get("calls_started_total").add();
  call.join(scope, std::move(remaining), std::move(joined));
  drop_if_finished(scope, call.number());
  drop_if_finished(scope, event.call);
  drop_if_finished(scope, second);
}

// The transferor's second call still rings: it is the one who waits there that is replaced.
void CallTable::join_early(CallScope& scope, const JoinWanted& event, const Named& named) {
  Call* one = find(event.call);
  if (named.side == CallSide::b) return one->respond(scope, event.refer, 481);
  if (!named.call->may_be_picked_up()) return one->respond(scope, event.refer, 491);
  const CallNumber second = named.call->number();
  one->accept_refer(scope, event.by, event.refer);
  one->set_successor(second);
  named.call->continue_transfer(scope, *one, event);
  drop_if_finished(scope, second);
}

void CallTable::on_replacing_invite(CallScope& scope, const RequestReceived& invite,
                                    const Caller& caller) {
  const auto refuse = [&](int status) {
    scope.context.transactions.respond(invite.transaction,
                                       answer(invite, status, {}, scope.context.random.token(8)));
  };
  const bool once = invite.message->count(sip::HeaderName::replaces) == 1;
  const auto replaces =
      parse_replaces(invite.message->header(sip::HeaderName::replaces).value_or(""));
  if (!once || !replaces) return refuse(400);
  const auto named = find_named(*replaces);
  if (!named) return refuse(named.error());
  // RFC 3891 §8: who knows the dialog and is of its tenant, and authenticated.
  if (named->party->tenant != caller.tenant) return refuse(481);
  if (named->call->phase() == CallPhase::setting_up) {
    // RFC 3891 §3: an early dialog is replaced only where we began it: with one who rings.
    if (named->side == CallSide::a) return refuse(481);
    if (!named->call->may_be_picked_up()) return refuse(491);
    return pick_up(scope, invite, caller, *named->call);
  }
  const CallNumber replaced = named->call->number();
  const CallSide side = named->side;
  Call& call = add();
  scope.context.counters.get("calls_started_total").add();
  if (call.begin_replacing(scope, invite, caller)) {
    Call* from = find(replaced);
    HandedOver remaining = from->hand_over(scope, other(side), MediaSessionGoes::nowhere);
    from->conclude_transfer(scope);
    call.continue_replacing(scope, std::move(remaining));
  }
  drop_if_finished(scope, call);
  drop_if_finished(scope, replaced);
}

void CallTable::pick_up(CallScope& scope, const RequestReceived& invite, const Caller& caller,
                        Call& ringing) {
  Call& call = add();
  if (call.begin_replacing(scope, invite, caller)) {
    ringing.pick_up(scope, call.give_up_caller(scope));
  }
  drop_if_finished(scope, call);
  drop_if_finished(scope, ringing);
}

}  // namespace ringfence::sip_core
