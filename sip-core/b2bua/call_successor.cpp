// Parties that change calls: the one that remains joins who has answered; two that were talking to
// somebody else come together; and one takes the place of another.
#include <utility>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"

namespace ringfence::sip_core {

// Whoever was asked has answered; b_ is its leg.
void Call::on_successor_answered(CallScope& scope, const ResponseReceived& response) {
  if (!take_final_answer(scope, response)) return;
  invite_.reset();
  phase_ = CallPhase::answered;
  answered_at_ = scope.context.wall;
  scope.shared.transfers.push_back(TransferAnswered{*predecessor_, number_});
}

void Call::take_leg(CallScope& scope, CallSide side, HandedOver from) {
  if (side == CallSide::a) {
    a_ = std::move(from.leg);
  } else {
    b_ = std::move(from.leg);
  }
  if (from.slot) trunk_slots_.push_back(*from.slot);
  hold_slots_of(scope, leg(side).party);
  if (from.session) {
    session_ = from.session;
    worker_ = from.worker;
    scope.shared.sessions[*session_] = number_;
  }
  index_dialog(scope, side);
  arm_session(scope, side);
}

// The remaining party joins who has answered, and is offered what that one can do.
void Call::take_caller(CallScope& scope, HandedOver remaining) {
  for (const CallerDialog& dialog : caller_dialogs_) {
    scope.shared.dialogs.erase(a_.dialog.call_id(), dialog.tag);
  }
  caller_dialogs_.clear();
  predecessor_.reset();
  take_leg(scope, CallSide::a, std::move(remaining));
  if (offered_for_another_) {
    settle(*b_->own, *b_->peer);
    b_->agreed = true;
    if (!follow_worker(scope)) return end(scope, {"media_worker", 503});
    persist(scope);
    return offer_anew(scope, CallSide::b, CallSide::a);
  }
  if (a_.peer) {  // else it is restored, and its media known only once it answers
    if (!apply_media(scope, *b_, a_.policy_in_force().inbound_offer,
                     b_->policy_in_force().answer)) {
      return end(scope, {"not_acceptable", 488});
    }
    settle_legs();
  }
  persist(scope);
  offer_anew(scope, CallSide::a, std::nullopt);
}

// Two parties that were in other calls until now.
void Call::join(CallScope& scope, HandedOver first, HandedOver second) {
  phase_ = CallPhase::answered;
  begun_at_ = first.answered;
  answered_at_ = first.answered;
  take_leg(scope, CallSide::a, std::move(first));
  take_leg(scope, CallSide::b, std::move(second));
  if (!follow_worker(scope)) return end(scope, {"media_worker", 503});
  persist(scope);
  offer_anew(scope, CallSide::b, CallSide::a);
}

// Media of one call is one worker's: leg b may need another port there, and so another key (R118).
bool Call::follow_worker(CallScope& scope) {
  if (!b_->lease || !worker_) return false;
  if (b_->lease->worker == *worker_) return true;
  const Listener* listener = scope.context.config.listener(listener_of(*b_, scope.context));
  if (listener == nullptr) return false;
  release_lease(scope, *b_);
  b_->lease = scope.shared.leases.take(*worker_, listener->media_address, scope.context.actions);
  if (!b_->lease) return false;
  b_->port.rtp_port = b_->lease->lease.rtp_port;
  if (b_->own) b_->own->crypto.reset();
  return true;
}

bool Call::begin_replacing(CallScope& scope, const RequestReceived& invite, const Caller& caller) {
  begun_at_ = scope.context.wall;
  invite_ = invite;
  watch_server(scope, invite.transaction);
  if (!found_caller_leg(scope, caller) || !accept_invite(scope)) return false;
  if (!a_.peer) {  // who replaces must say what it can do
    reject(scope, 488);
    return false;
  }
  identity_ = identify_caller(scope.context.config, a_.party, *invite.message);
  scope.context.transactions.respond(invite.transaction, answer(invite, 100));
  a_.abilities.note(*invite.message);
  add_caller_dialog(scope, a_.dialog.local_tag());
  return true;
}

// The party that was replaced is out; the one that it talked to is offered the new one's media.
void Call::continue_replacing(CallScope& scope, HandedOver remaining) {
  const Listener* near = scope.context.config.listener(a_.listener);
  worker_ = remaining.worker;
  take_leg(scope, CallSide::b, std::move(remaining));
  if (near != nullptr && worker_) {
    a_.lease = scope.shared.leases.take(*worker_, near->media_address, scope.context.actions);
  }
  if (!a_.lease) return end(scope, {"media_worker", 503});
  a_.port.rtp_port = a_.lease->lease.rtp_port;
  persist(scope);  // whoever remains is in no other record any more
  offer_anew(scope, CallSide::b, std::nullopt);
}

void Call::answer_replacing(CallScope& scope, const sip::Message& from_b) {
  a_.own = write_answer(*b_->peer, *a_.peer, a_.port, nullptr, scope.context.random,
                        a_.policy.terms.get());
  if (!apply_media(scope, *b_, a_.policy_in_force().inbound_offer, b_->policy_in_force().answer)) {
    return end(scope, {"not_acceptable", 488});
  }
  settle_legs();
  send_answer(scope, &from_b, a_.own->body);
  persist(scope);
}

// The call that this one was to continue is over.
void Call::give_up_transfer(CallScope& scope) {
  if (phase_ == CallPhase::ended) return;
  predecessor_.reset();
  a_.lease.reset();
  withdraw(scope, {});
  reject(scope, 487);
}

}  // namespace ringfence::sip_core
