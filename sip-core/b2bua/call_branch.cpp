// What comes back from the branches: ringing, early media, failure, the first answer.
#include <algorithm>
#include <utility>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::string_view kSdp = "application/sdp";
// RFC 3326 §2: the phones that lose a fork do not count it as a missed call.
constexpr std::string_view kAnsweredElsewhere = "SIP;cause=200;text=\"Call completed elsewhere\"";

bool has_sdp(const sip::Message& message) {
  return !message.body().empty() && message.content_type() == kSdp;
}

// RFC 3262 §4: what a PRACK to this response would say, if it asks for one.
std::optional<RAck> rack_of(const sip::Message& response) {
  if (!response.lists(HeaderName::require, "100rel")) return std::nullopt;
  const auto rseq = response.number(HeaderName::rseq);
  const auto cseq = response.cseq();
  if (!rseq || !cseq) return std::nullopt;
  return RAck{*rseq, cseq->number, "INVITE"};
}

// R005: what a callee says of SIPS is told on; every other Warning names hosts of the far side.
std::string sips_warning(const sip::Message* response) {
  if (response == nullptr) return {};
  const auto warning = response->header(HeaderName::warning).value_or("");
  if (warning.starts_with("380 ")) return "380 - \"SIPS Not Allowed\"";
  if (warning.starts_with("381 ")) return "381 - \"SIPS Required\"";
  return {};
}

// F084. It is not asked again without SRTP (R116).
bool refuses_srtp(const Branch& branch, int status) {
  const bool offered = branch.with_offer && branch.leg.policy.offer == OfferForm::savp;
  return offered && (status == 415 || status == 488 || status == 606);
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
    if (branch.record_id == RecordId()) persist_invite(scope, branch, response);
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
  Fork& fork = branch.fork_of(message);
  const auto rack = rack_of(message);
  if (rack && !fork.reception.accept(rack->rseq)) return;
  if (predecessor_) {
    if (rack && has_sdp(message)) take_unheard_answer(scope, branch, fork, response);
    if (phase_ != CallPhase::setting_up) return;
    if (rack) send_prack(scope, branch, fork, *rack, {});
    scope.shared.transfers.push_back(TransferProgress{*predecessor_, message.status_code()});
    return;
  }
  const EarlyWord word =
      has_sdp(message) ? take_early_media(scope, branch, fork, response) : EarlyWord::nothing;
  if (phase_ != CallPhase::setting_up || branch.state != BranchState::calling) return;
  if (rack && word == EarlyWord::offer) {
    fork.unanswered = rack;
  } else if (rack) {
    send_prack(scope, branch, fork, *rack, {});
  }
  tell_progress(scope, message, fork, word);
}

void Call::release_branch(CallScope& scope, Branch& branch) {
  branch.state = BranchState::done;
  const Dialog& dialog = branch.leg.dialog;
  scope.shared.dialogs.erase(dialog);
  release_lease(scope, branch.leg);
  if (branch.record_id != RecordId()) {
    std::vector<Record> records;
    records.emplace_back(PendingInviteRemoved{std::exchange(branch.record_id, {})});
    scope.context.persist(std::move(records));
  }
  release_slot(scope, branch);
}

void Call::on_branch_failed(CallScope& scope, Branch& branch, int status,
                            const sip::Message* response) {
  const bool was_calling = branch.state == BranchState::calling;
  if (was_calling && refuses_srtp(branch, status)) {
    log_srtp_reject(scope, branch.leg, "peer_" + std::to_string(status));
  }
  release_branch(scope, branch);
  if (!was_calling || phase_ != CallPhase::setting_up) return;
  if ((response == nullptr || status == 503) && try_another_target(scope, branch)) return;
  if (response == nullptr || status == 430) {
    const Party party = branch.leg.party;  // another branch may move this one
    const Flow failed = branch.leg.flow;
    if (try_other_flow(scope, party, failed)) return;
  }
  const Wire wire = response == nullptr ? Wire::no : Wire::yes;
  const std::string warning = sips_warning(response);
  if (dialled_scheme_ == sip::Scheme::sips && refuses_sips(status, warning)) {
    scope.context.counters.get("sips_no_retry_total").add();  // R005
  }
  const FailureOf kind = branch.kind;
  // A member of a group declines for itself alone.
  const int word = status >= 600 && ringing_ != Ringing::alone ? 480 : status;
  const std::size_t redirected = follow_redirect(scope, branch, response);
  if (redirected == 0) note_failure(status_for_caller(word, kind, wire), warning);
  if (word >= 600) {  // RFC 3261 §16.7: nobody else is asked
    destinations_.clear();
    cancel_branches(scope);
    failure_ = status;
  }
  release_idle_extensions(scope);
  if (anybody_rings()) return start_redirected(scope, redirected);
  stop_timer(scope, CallTimer::destination);
  stop_timer(scope, CallTimer::no_response);
  if (redirected == 0 && !leads_to_next(word, kind)) destinations_.clear();
  try_next(scope);
}

void Call::on_branch_answered(CallScope& scope, Branch& branch, const ResponseReceived& response) {
  branch.state = BranchState::done;
  cancel_branches(scope, kAnsweredElsewhere);
  stop_timer(scope, CallTimer::ring);
  Fork& fork = branch.fork_of(*response.message);
  const bool heard = early_branch_ == branch.id && fork.caller_tag == a_.dialog.local_tag();
  if (!heard) drop_exchange(scope);
  branch.take_in_hand(fork);
  caller_dialog_for(scope, fork);
  keep_only_caller_dialog_in_hand(scope);
  b_ = std::move(branch.leg);
  release_idle_extensions(scope);
  branch.leg.lease.reset();
  if (branch.record_id != RecordId()) {
    outdated_.emplace_back(PendingInviteRemoved{std::exchange(branch.record_id, {})});
  }
  b_->abilities = fork.abilities;
  rekey_ = branch.with_offer && branch.forks.size() > 1;
  b_->dialog.confirm(*response.message);
  index_dialog(scope, CallSide::b);
  b_->session.on_success(*response.message, scope.context.now);
  arm_session(scope, CallSide::b);
  if (predecessor_) {
    on_successor_answered(scope, response);
  } else if (a_.peer) {
    answer_early_offer(scope, response);
  } else {
    answer_late_offer(scope, response);
  }
  // What is left of the branch that has become leg b.
  std::erase_if(branches_, [](const Branch& b) { return b.state == BranchState::done; });
}

}  // namespace ringfence::sip_core
