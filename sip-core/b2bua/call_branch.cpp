// What comes back from the branches: ringing, early media, failure, the first answer.
#include <algorithm>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::string_view kSdp = "application/sdp";

bool has_sdp(const sip::Message& message) {
  return !message.body().empty() && message.content_type() == kSdp;
}

// R005: what a callee says of SIPS is told on; every other Warning names hosts of the far side.
std::string sips_warning(const sip::Message* response) {
  if (response == nullptr) return {};
  const auto warning = response->header(HeaderName::warning).value_or("");
  if (warning.starts_with("380 ")) return "380 - \"SIPS Not Allowed\"";
  if (warning.starts_with("381 ")) return "381 - \"SIPS Required\"";
  return {};
}

// RFC 5630 §5.1.1: 416, or 480 with Warning 380, refuses the scheme.
bool refuses_sips(int status, std::string_view warning) {
  return status == 416 || (status == 480 && warning.starts_with("380 "));
}

}  // namespace

void Call::on_branch_response(CallScope& scope, Branch& branch, const ResponseReceived& response) {
  const sip::Message& message = *response.message;
  const int status = message.status_code();
  branch.leg.flow = response.source.flow;
  branch.leg.remote = response.source.remote;
  if (!branch.responded) {
    branch.responded = true;
    stop_timer(scope, CallTimer::no_response);
  }
  if (status < 200) {
    if (branch.state == BranchState::calling && phase_ == CallPhase::setting_up) {
      on_provisional(scope, branch, response);
    }
    return;
  }
  if (status >= 300) return on_branch_failed(scope, branch, status, &message);
  if (branch.state == BranchState::calling && phase_ == CallPhase::setting_up) {
    return on_branch_answered(scope, branch, response);
  }
  // A 2xx that crossed our CANCEL (R052, R053).
  discard_answer(scope, branch.leg, response);
  release_branch(scope, branch);
}

void Call::on_provisional(CallScope& scope, Branch& branch, const ResponseReceived& response) {
  const sip::Message& message = *response.message;
  if (message.status_code() == 100) return;
  bool with_media = false;
  // Without an offer of ours the SDP of an unreliable response would be an offer: it is none.
  if (has_sdp(message) && branch.leg.own) {
    if (early_branch_.value_or(branch.id) == branch.id) {
      with_media = take_early_media(scope, branch, response);
      if (phase_ != CallPhase::setting_up || branch.state != BranchState::calling) return;
    }
  }
  int status = message.status_code();
  if (status == 183 && !with_media) status = 180;
  auto progress = answer(*invite_, status, {}, a_.dialog.local_tag());
  progress.add(HeaderName::contact, a_.dialog.contact());
  add_capabilities(progress);
  pass_headers(message, Crossing::provisional, progress);
  if (with_media) progress.body(kSdp, a_.own->body);
  scope.context.transactions.respond(invite_->transaction, progress);
}

bool Call::take_early_media(CallScope& scope, Branch& branch, const ResponseReceived& response) {
  Leg& leg = branch.leg;
  auto peer = gate_answer(scope, leg, response.message->body(), *leg.own, response.source);
  if (!peer) {
    if (!peer.error().concerns_srtp()) return false;
    // Fails closed before the answer already: nothing plain is heard (R108).
    log_srtp_reject(scope, leg, peer.error().reason);
    cancel_branches(scope);
    note_failure(488);
    give_up(scope);
    return false;
  }
  leg.peer = std::move(*peer);
  a_.own = write_answer(*leg.peer, *a_.peer, a_.port, a_.previous(), scope.context.random);
  early_branch_ = branch.id;
  return apply_media(scope, leg, a_.policy.inbound_offer, leg.policy.answer);
}

void Call::release_branch(CallScope& scope, Branch& branch) {
  branch.state = BranchState::done;
  release_lease(scope, branch.leg);
  if (!branch.leg.party.trunk) return;
  const auto slot = std::ranges::find(trunk_slots_, *branch.leg.party.trunk);
  if (slot == trunk_slots_.end()) return;
  release_trunk_slot(scope.shared, *slot);
  trunk_slots_.erase(slot);
}

void Call::on_branch_failed(CallScope& scope, Branch& branch, int status,
                            const sip::Message* response) {
  const bool was_calling = branch.state == BranchState::calling;
  release_branch(scope, branch);
  if (!was_calling || phase_ != CallPhase::setting_up) return;
  const Wire wire = response == nullptr ? Wire::no : Wire::yes;
  const std::string warning = sips_warning(response);
  if (dialled_scheme_ == sip::Scheme::sips && refuses_sips(status, warning)) {
    scope.context.counters.get("sips_no_retry_total").add();  // R005
  }
  note_failure(status_for_caller(status, branch.kind, wire), warning);
  const bool declined = status >= 600;
  if (declined) {  // RFC 3261 §16.7: nobody else is asked
    destinations_.clear();
    cancel_branches(scope);
    failure_ = status;
  }
  const bool others_ring = std::ranges::any_of(
      branches_, [](const Branch& b) { return b.state == BranchState::calling; });
  if (others_ring) return;
  stop_timer(scope, CallTimer::destination);
  stop_timer(scope, CallTimer::no_response);
  if (!leads_to_next(status, branch.kind)) destinations_.clear();
  try_next(scope);
}

void Call::on_branch_answered(CallScope& scope, Branch& branch, const ResponseReceived& response) {
  branch.state = BranchState::done;
  cancel_branches(scope);
  stop_timer(scope, CallTimer::ring);
  b_ = std::move(branch.leg);
  branch.leg.lease.reset();
  b_->dialog.confirm(*response.message);
  index_dialog(scope, CallSide::b);
  if (a_.peer) {
    answer_early_offer(scope, branch, response);
  } else {
    answer_late_offer(scope, response);
  }
}

}  // namespace ringfence::sip_core
