// Reliable provisional responses (RFC 3262), each leg on its own terms: towards the caller where it
// knows 100rel, from the callee where it chooses to; PRACK answers and carries what belongs to it.
#include <algorithm>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::string_view kSdp = "application/sdp";
constexpr std::size_t kMaxWaiting = 8;

bool has_sdp(const sip::Message& message) {
  return !message.body().empty() && message.content_type() == kSdp;
}

}  // namespace

void Call::send_provisional(CallScope& scope, CallerDialog& dialog,
                            CallerDialog::Provisional next) {
  const PeerAbilities& caller = a_.abilities;
  const bool reliably = caller.wants_all_reliable ||
                        (caller.reliable_provisionals && next.carries == Carries::description);
  if (!reliably) return scope.context.transactions.respond(invite_->transaction, next.response);
  if (!dialog.reliable.is_out()) return send_reliably(scope, dialog, std::move(next));
  if (dialog.waiting.size() < kMaxWaiting) dialog.waiting.push_back(std::move(next));
}

void Call::send_reliably(CallScope& scope, CallerDialog& dialog, CallerDialog::Provisional next) {
  const auto cseq = invite_->message->cseq();
  const std::uint32_t rseq =
      dialog.reliable.send(cseq ? cseq->number : 0, next.carries, scope.context.now);
  next.response.add(HeaderName::require, "100rel").add_number(HeaderName::rseq, rseq);
  scope.context.transactions.respond(invite_->transaction, next.response);
  dialog.out = std::move(next.response);
  restart_prack_timer(scope);
}

void Call::restart_prack_timer(CallScope& scope) {
  std::optional<TimePoint> first;
  for (const CallerDialog& dialog : caller_dialogs_) {
    const auto next = dialog.reliable.next_time();
    if (next && (!first || *next < *first)) first = next;
  }
  stop_timer(scope, CallTimer::prack);
  if (first && invite_) start_timer(scope, CallTimer::prack, *first - scope.context.now);
}

void Call::on_prack_timer(CallScope& scope) {
  if (!invite_) return;
  for (CallerDialog& dialog : caller_dialogs_) {
    switch (dialog.reliable.on_time(scope.context.now)) {
      case ReliableProvisional::Due::nothing:
        break;
      case ReliableProvisional::Due::repeat:
        scope.context.transactions.respond(invite_->transaction, *dialog.out);
        break;
      case ReliableProvisional::Due::give_up:  // RFC 3262 §3, F075
        return end(scope, {"no_prack", 504});
    }
  }
  restart_prack_timer(scope);
}

void Call::send_prack(CallScope& scope, Branch& branch, Fork& fork, const RAck& rack,
                      std::string body) {
  Dialog& dialog = branch.dialog_of(fork);
  Use use;
  use.kind = UseKind::prack;
  use.branch = branch.id;
  use.sent = dialog.make_request(sip::Method::prack);
  use.sent.add(HeaderName::rack, rack.to_string());
  if (!body.empty()) use.sent.body(kSdp, std::move(body));
  send(scope, std::move(use), branch.leg.target_of(dialog));
}

void Call::on_prack(CallScope& scope, const RequestReceived& request) {
  const sip::Message& message = *request.message;
  CallerDialog* dialog = find_caller_dialog(message.to_tag());
  const auto rack = RAck::parse(message.header(HeaderName::rack).value_or(""));
  const bool description = dialog != nullptr && dialog->reliable.description_is_out();
  if (dialog == nullptr || !rack || !dialog->reliable.on_prack(*rack)) {
    return respond(scope, request, 481);  // RFC 3262 §3
  }
  dialog->out.reset();
  if (!invite_) return respond(scope, request, 200);
  restart_prack_timer(scope);
  const bool offered = description && !(dialog->aside ? dialog->aside->peer : a_.peer);
  if (offered) {
    if (!answer_early_offer_in_prack(scope, *dialog, request)) return;
  } else if (has_sdp(message)) {
    dialog->settled = dialog->settled || description;
    settle_caller(*dialog);
    if (dialog->aside) {
      try_again_later(scope, request);
    } else {
      offer_in_prack(scope, request);
    }
  } else {
    respond(scope, request, 200);
  }
  if (phase_ != CallPhase::setting_up) return;
  dialog->settled = dialog->settled || description;
  if (dialog->settled) settle_caller(*dialog);
  after_prack(scope, *dialog);
}

// What has been agreed with the caller in that dialog binds, before the answer already.
void Call::settle_caller(CallerDialog& dialog) {
  if (dialog.aside || a_.agreed || !a_.own || !a_.peer) return;
  const bool offered = invite_ && !invite_->message->body().empty();
  if (offered && !caller_offer_) caller_offer_ = a_.peer->copy();
  settle(*a_.own, *a_.peer);
  a_.agreed = true;
}

// The next one that waits; and the 2xx that was held back.
void Call::after_prack(CallScope& scope, CallerDialog& dialog) {
  if (!dialog.reliable.is_out() && !dialog.waiting.empty() && !held_answer_) {
    CallerDialog::Provisional next = std::move(dialog.waiting.front());
    dialog.waiting.erase(dialog.waiting.begin());
    return send_reliably(scope, dialog, std::move(next));
  }
  if (!dialog.aside) deliver_held_answer(scope);
}

// RFC 3262 §5: the caller answers the callee's early offer; our PRACK carries the answer on. False:
// the call has ended.
bool Call::answer_early_offer_in_prack(CallScope& scope, CallerDialog& dialog,
                                       const RequestReceived& prack) {
  Branch* branch = nullptr;
  Fork* fork = nullptr;
  for (Branch& one : branches_) {
    for (Fork& each : one.forks) {
      if (each.caller_tag != dialog.tag || one.state != BranchState::calling) continue;
      branch = &one;
      fork = &each;
    }
  }
  respond(scope, prack, 200);
  if (fork == nullptr || !fork->unanswered) return true;
  take_in_hand(dialog);
  branch->take_in_hand(*fork);
  early_branch_ = branch->id;
  Leg& leg = branch->leg;
  auto peer = gate_answer(scope, a_, has_sdp(*prack.message) ? prack.message->body() : "", *a_.own,
                          prack.source);
  if (!peer) {
    fail_early_media(scope, a_, peer.error());
    return false;
  }
  a_.peer = std::move(*peer);
  leg.own = write_answer(*a_.peer, *leg.peer, leg.port, leg.previous(), scope.context.random,
                         leg.policy.terms.get());
  if (!apply_media(scope, leg, a_.policy.answer, leg.policy.inbound_offer)) {
    fail_early_media(scope, a_, {GateFault::no_crypto, "no_crypto"});
    return false;
  }
  send_prack(scope, *branch, *fork, *fork->unanswered, leg.own->body);
  fork->unanswered.reset();
  branch->settle_in_hand();
  return true;
}

// RFC 3262 §5: a further offer of the caller's, to be answered in the 200 to its PRACK.
void Call::offer_in_prack(CallScope& scope, const RequestReceived& prack) {
  if (exchange_) return respond(scope, prack, 491);
  if (!can_update(CallSide::b)) return respond(scope, prack, 488);
  Exchange exchange;
  exchange.from = CallSide::a;
  exchange.request = prack;
  if (!read_reoffer(scope, CallSide::a, exchange)) return;
  start_exchange(scope, std::move(exchange), sip::Method::update);
}

}  // namespace ringfence::sip_core
