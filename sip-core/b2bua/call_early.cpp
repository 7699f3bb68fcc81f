// Early dialogs and early media: which fork the caller hears, and in which dialog it is told so.
#include <algorithm>
#include <utility>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::string_view kSdp = "application/sdp";
constexpr std::uint64_t kFirstRSeqs = 1'000'000;  // RFC 3262 §3: low enough never to run out

}  // namespace

CallerDialog* Call::find_caller_dialog(std::string_view tag) {
  const auto found = std::ranges::find(caller_dialogs_, tag, &CallerDialog::tag);
  return found == caller_dialogs_.end() ? nullptr : &*found;
}

CallerDialog& Call::caller_dialog() {
  return *find_caller_dialog(a_.dialog.local_tag());
}

CallerDialog& Call::add_caller_dialog(CallScope& scope, std::string tag) {
  const auto rseq = 1 + scope.context.random.number() % kFirstRSeqs;
  scope.shared.dialogs.set(a_.dialog.call_id(), tag, {number_, CallSide::a});
  caller_dialogs_.push_back(
      {std::move(tag), ReliableProvisional(static_cast<std::uint32_t>(rseq))});
  return caller_dialogs_.back();
}

void Call::take_in_hand(CallerDialog& dialog) {
  if (!dialog.aside) return;
  caller_dialog().aside = lay_aside(a_);
  take_up(a_, std::move(*dialog.aside));
  dialog.aside.reset();
}

// RFC 3261 §13.2.1: each fork with media of its own is another early dialog for the caller, with
// keys of its own (R109, R120). The first takes the dialog that is there.
CallerDialog& Call::caller_dialog_for(CallScope& scope, Fork& fork) {
  if (CallerDialog* known = find_caller_dialog(fork.caller_tag)) {
    take_in_hand(*known);
    return *known;
  }
  if (!a_.own) {
    fork.caller_tag = a_.dialog.local_tag();
    return caller_dialog();
  }
  EarlyDialog early;
  early.dialog =
      Dialog::as_uas(*invite_->message, scope.context.random.token(8), a_.dialog.contact());
  if (!invite_->message->body().empty()) {
    early.peer = caller_offer_ ? caller_offer_->copy() : a_.peer->copy();
  }
  fork.caller_tag = early.dialog.local_tag();
  CallerDialog& fresh = add_caller_dialog(scope, fork.caller_tag);
  fresh.aside = std::move(early);
  take_in_hand(fresh);
  return fresh;
}

// The answer has been given in one dialog; the others are no more (§13.2.2.4).
void Call::keep_only_caller_dialog_in_hand(CallScope& scope) {
  for (const CallerDialog& dialog : caller_dialogs_) {
    if (dialog.aside) scope.shared.dialogs.erase(a_.dialog.call_id(), dialog.tag);
  }
  std::erase_if(caller_dialogs_, [](const CallerDialog& d) { return static_cast<bool>(d.aside); });
}

EarlyWord Call::take_early_media(CallScope& scope, Branch& branch, Fork& fork,
                                 const ResponseReceived& response) {
  const bool reliable = response.message->lists(HeaderName::require, "100rel");
  const bool known = fork.aside ? fork.aside->peer.has_value() : branch.leg.peer.has_value();
  // RFC 6337 §3.1.1: an offer was answered once; the same description may come again.
  if (known) return EarlyWord::repeated;
  if (branch.with_offer) return take_early_answer(scope, branch, fork, response);
  // Without an offer of ours the SDP of an unreliable response would be an offer: it is none.
  return reliable ? take_early_offer(scope, branch, fork, response) : EarlyWord::nothing;
}

EarlyWord Call::take_early_answer(CallScope& scope, Branch& branch, Fork& fork,
                                  const ResponseReceived& response) {
  branch.take_in_hand(fork);
  Leg& leg = branch.leg;
  auto peer = gate_answer(scope, leg, response.message->body(), *leg.own, response.source);
  if (!peer) {
    if (peer.error().concerns_srtp()) fail_early_media(scope, leg, peer.error());
    return EarlyWord::nothing;
  }
  drop_exchange(scope);
  leg.peer = std::move(*peer);
  caller_dialog_for(scope, fork);
  a_.own = write_answer(*leg.peer, *a_.peer, a_.port, a_.previous(), scope.context.random,
                        a_.policy.terms.get());
  early_branch_ = branch.id;
  if (!apply_media(scope, leg, a_.policy.inbound_offer, leg.policy.answer)) {
    return EarlyWord::nothing;
  }
  if (response.message->lists(HeaderName::require, "100rel")) branch.settle_in_hand();
  return EarlyWord::answer;
}

// Of a callee whose caller is being transferred, and hears nothing yet. Only a reliable response is
// an answer that the 2xx need not repeat.
void Call::take_unheard_answer(CallScope& scope, Branch& branch, Fork& fork,
                               const ResponseReceived& response) {
  const bool known = fork.aside ? fork.aside->peer.has_value() : branch.leg.peer.has_value();
  if (known || !branch.with_offer) return;
  branch.take_in_hand(fork);
  Leg& leg = branch.leg;
  auto peer = gate_answer(scope, leg, response.message->body(), *leg.own, response.source);
  if (!peer) {
    if (peer.error().concerns_srtp()) fail_early_media(scope, leg, peer.error());
    return;
  }
  leg.peer = std::move(*peer);
  branch.settle_in_hand();
}

// RFC 3262 §5: the callee's offer, to be answered in our PRACK once the caller's PRACK has told us.
EarlyWord Call::take_early_offer(CallScope& scope, Branch& branch, Fork& fork,
                                 const ResponseReceived& response) {
  branch.take_in_hand(fork);
  Leg& leg = branch.leg;
  const auto offer = sdp::SessionDescription::parse(response.message->body());
  auto peer = offer ? gate_offer(scope, leg, *offer, response.source)
                    : std::unexpected(GateRefusal{GateFault::lines, "malformed"});
  if (!peer || !a_.abilities.reliable_provisionals) {
    const GateRefusal none{GateFault::no_audio, "no_answer"};
    fail_early_media(scope, leg, peer ? none : peer.error());
    return EarlyWord::nothing;
  }
  drop_exchange(scope);
  leg.peer = std::move(*peer);
  caller_dialog_for(scope, fork);
  a_.own = write_offer(*leg.peer, a_.policy.offer, a_.port, nullptr, scope.context.random,
                       a_.policy.terms.get());
  early_branch_ = branch.id;
  return EarlyWord::offer;
}

// Fails closed before the answer already: nothing plain is heard (R108).
void Call::fail_early_media(CallScope& scope, const Leg& leg, const GateRefusal& refusal) {
  if (refusal.concerns_srtp()) log_srtp_reject(scope, leg, refusal.reason);
  cancel_branches(scope);
  note_failure(488);
  give_up(scope);
}

void Call::tell_progress(CallScope& scope, const sip::Message& from, Fork& fork, EarlyWord word) {
  CallerDialog* known = find_caller_dialog(fork.caller_tag);
  CallerDialog& dialog = known == nullptr ? caller_dialog() : *known;
  const auto& own = dialog.aside ? dialog.aside->own : a_.own;
  const bool fresh = word == EarlyWord::answer || word == EarlyWord::offer;
  // What was sent reliably is not said again; what was not may have been lost.
  const bool again = word == EarlyWord::repeated && !a_.abilities.reliable_provisionals;
  const bool with_media = own && known != nullptr && (fresh || again);
  int status = from.status_code();
  if (status == 183 && !with_media) status = 180;
  auto progress = answer(*invite_, status, {}, dialog.tag);
  progress.add(HeaderName::contact, a_.dialog.contact());
  add_capabilities(progress);
  pass_headers(from, Crossing::provisional, progress);
  if (with_media) progress.body(kSdp, own->body);
  send_provisional(scope, dialog,
                   {std::move(progress), with_media ? Carries::description : Carries::nothing});
}

// Nobody is left on the other side: CANCEL for who rings, BYE for who answered while the caller's
// 2xx was held back.
void Call::withdraw(CallScope& scope, std::string_view reason) {
  cancel_branches(scope, reason);
  if (!b_) return;
  if (std::exchange(unacknowledged_, std::nullopt)) {
    bye_after_ack_ = {CallSide::b, std::string(reason)};
  } else {
    send_bye(scope, *b_, CallSide::b, reason);
  }
}

}  // namespace ringfence::sip_core
