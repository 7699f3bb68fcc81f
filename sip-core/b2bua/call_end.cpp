// Responses find what they are for; and the ways in which a call ends that no peer asked for.
#include <algorithm>
#include <utility>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/transaction/timer_values.hpp"

namespace ringfence::sip_core {

namespace {

// A worker that came back has its sessions by then (else BYE within 5 s).
constexpr std::chrono::seconds kMediaGrace{4};
// After our own restart: for the worker to tell what it holds.
constexpr std::chrono::seconds kMediaReturn{10};

}  // namespace

void Call::on_response(CallScope& scope, const ResponseReceived& response) {
  const auto found = uses_.find(response.transaction);
  if (found == uses_.end()) return repeat_ack(scope, response);
  const int status = response.message->status_code();
  const UseKind kind = found->second.kind;
  const CallSide side = found->second.side;
  if (status < 200) {
    Branch* branch = kind == UseKind::branch ? find_branch(found->second.branch) : nullptr;
    if (branch != nullptr) on_branch_response(scope, *branch, response);
    return;
  }
  Use use = std::move(found->second);
  uses_.erase(found);
  Branch* branch = kind == UseKind::branch ? find_branch(use.branch) : nullptr;
  if (status == 401 || status == 407) {
    if (branch != nullptr) branch->leg.remote = response.source.remote;  // who will know the nonce
    if (retry(scope, use, branch, *response.message)) return;
  } else if (status == 422) {
    if (retry_with_interval(scope, use, branch, *response.message)) return;
  } else if (status < 300) {
    note_realm(scope, use, branch);
  }
  switch (kind) {
    case UseKind::branch:
      if (branch != nullptr) on_branch_response(scope, *branch, response);
      return;
    case UseKind::exchange:
      return on_exchange_response(scope, side, response);
    case UseKind::renegotiation:
      return on_renegotiation_response(scope, side, response);
    case UseKind::relayed:
      return on_relayed_response(scope, use, status, response.message.get());
    case UseKind::notify:
      return on_notify_answered(scope);
    case UseKind::prack:
      return;
    case UseKind::bye:
      return forget_record(scope);
  }
}

// True: the request is on its way again.
bool Call::retry(CallScope& scope, Use& use, Branch* branch, const sip::Message& challenge) {
  ClientTransactionId again;
  if (use.kind == UseKind::branch) {
    if (branch == nullptr || branch->state != BranchState::calling) return false;
    if (!retry_with_credentials(scope, branch->leg, use, challenge, again)) return false;
    branch->transaction = again;
    return true;
  }
  if (use.kind == UseKind::prack || !has_leg(use.side)) return false;
  if (!retry_with_credentials(scope, leg(use.side), use, challenge, again)) return false;
  if (use.kind == UseKind::exchange && exchange_) exchange_->transaction = again;
  if (use.kind == UseKind::renegotiation && renegotiation_) renegotiation_->transaction = again;
  return true;
}

// R066: the realm that this trunk has accepted our credentials for.
void Call::note_realm(CallScope& scope, const Use& use, const Branch* branch) {
  if (use.realm.empty()) return;
  const Leg* used = branch != nullptr ? &branch->leg : nullptr;
  if (used == nullptr && (use.side == CallSide::a || b_)) used = &leg(use.side);
  if (used != nullptr && used->party.trunk) scope.shared.realms[*used->party.trunk] = use.realm;
}

void Call::on_no_response(CallScope& scope, ClientTransactionId transaction, int status) {
  const auto found = uses_.find(transaction);
  if (found == uses_.end()) return;
  const Use use = std::move(found->second);
  uses_.erase(found);
  switch (use.kind) {
    case UseKind::branch:
      if (Branch* branch = find_branch(use.branch)) {
        // Its 2xx may come over another connection of the carrier's.
        if (branch->responded && branch->leg.party.trunk) {
          awaits_forks_ = true;
          // Of a set-up that was cut short nothing else ends the waiting.
          const bool lingers = phase_ != CallPhase::ended || runs(CallTimer::linger);
          if (!lingers) start_timer(scope, CallTimer::linger, kTimerM);
        }
        on_branch_failed(scope, *branch, status, nullptr);
      }
      return;
    case UseKind::exchange:
      if (exchange_ && exchange_->transaction == transaction) {
        on_exchange_failed(scope, status, nullptr);
      }
      return;
    case UseKind::renegotiation:
      if (renegotiation_ && renegotiation_->transaction == transaction) {
        on_renegotiation_failed(scope, status, nullptr);
      }
      return;
    case UseKind::relayed:
      return on_relayed_response(scope, use, status, nullptr);
    case UseKind::notify:
      return on_notify_answered(scope);
    case UseKind::prack:
      return;
    case UseKind::bye:
      return forget_record(scope);
  }
}

void Call::on_server_ended(CallScope& scope, const ServerEnded& event) {
  if (event.reason == ServerEnd::transport_failed) {
    if (invite_ && invite_->transaction == event.transaction) {
      end(scope, {"caller_gone", 500});
    }
    return;
  }
  if (bye_after_ack_) return send_bye_after_ack(scope);  // RFC 3261 §15: none will come
  const bool awaited = phase_ == CallPhase::answered || unacknowledged_ == event.transaction;
  if (!awaited) return;
  unacknowledged_.reset();
  end(scope, {"no_ack", 500});
}

void Call::on_timer(CallScope& scope, CallTimer timer) {
  timers_[static_cast<std::size_t>(timer)] = {};
  switch (timer) {
    case CallTimer::ring:
      withdraw(scope, {});
      note_failure(480);
      return give_up(scope);
    case CallTimer::no_response:
    case CallTimer::destination:
      cancel_branches(scope);
      note_failure(timer == CallTimer::destination ? 480 : 503);
      return try_next(scope);
    case CallTimer::media:
      return end(scope, {"media_worker", 503});
    case CallTimer::ack:
      return end(scope, {"no_ack", 500});
    case CallTimer::cut_short:
      return bye_after_notify_ ? on_notify_answered(scope) : end_cut_short(scope);
    case CallTimer::prack:
      return on_prack_timer(scope);
    case CallTimer::session_a:
      return on_session_timer(scope, CallSide::a);
    case CallTimer::session_b:
      return on_session_timer(scope, CallSide::b);
    case CallTimer::renegotiate:
      return send_renegotiation(scope);
    case CallTimer::repetitions:
      return forget_acks(scope);
    case CallTimer::summary:
      return write_detail(scope);
    case CallTimer::linger:
      uses_.clear();
      awaits_forks_ = false;
      bye_after_ack_.reset();
      bye_after_notify_.reset();
      if (std::exchange(cut_short_, std::nullopt)) {
        scope.context.persist({PendingInviteRemoved{std::exchange(near_record_id_, {})}});
      }
      return forget_record(scope);
  }
}

void Call::on_worker_down(CallScope& scope) {
  if (phase_ == CallPhase::ended) return write_detail(scope);
  if (!session_) return end(scope, {"media_worker", 503});  // its leases went with it
  start_timer(scope, CallTimer::media, kMediaGrace);
}

void Call::on_worker_up(CallScope& scope, bool session_is_held) {
  if (phase_ == CallPhase::ended) return;
  if (ending_) return end(scope, {"over", 200});  // before us: only its BYEs are owed
  if (!session_) return;
  if (!session_is_held) return end(scope, {"media_worker", 503});
  stop_timer(scope, CallTimer::media);
}

// BYE to each side that is in a dialog, but the one that hung up itself.
void Call::hang_up(CallScope& scope, std::optional<CallSide> except, const std::string& reason) {
  if (exchange_ && exchange_->answered) {
    // Its 2xx still waits for the answer, which will not come.
    send_ack(scope, leg(other(exchange_->from)), exchange_->transaction, exchange_->to_cseq, {});
  } else if (exchange_) {
    answer_exchange(scope, 487, {}, nullptr);  // RFC 3261 §15.1.2
  }
  // A transferor that has hung up is gone already.
  const auto gone = transfer_ && transfer_->by_gone ? std::optional(transfer_->by) : std::nullopt;
  if (b_ && except != CallSide::b && gone != CallSide::b) {
    send_bye(scope, *b_, CallSide::b, reason);
  }
  if (except == CallSide::a || gone == CallSide::a) return;
  // RFC 3261 §15: not before the caller's ACK to our 200.
  if (unacknowledged_) {
    bye_after_ack_ = {CallSide::a, reason};
  } else {
    send_bye(scope, a_, CallSide::a, reason);
  }
}

void Call::end(CallScope& scope, const EndCause& cause) {
  if (phase_ == CallPhase::ended) return;
  note_ending({EndedBy::us, static_cast<std::uint16_t>(cause.status), std::string(cause.name)});
  scope.context.counters.get("calls_ended_" + std::string(cause.name) + "_total").add();
  const std::string reason =
      "SIP;cause=" + std::to_string(cause.status) + ";text=\"" + std::string(cause.name) + "\"";
  if (phase_ == CallPhase::setting_up) {
    withdraw(scope, reason);
    return reject(scope, cause.status);
  }
  hang_up(scope, std::nullopt, reason);
  finish(scope);
}

void Call::restore(CallScope& scope, const CallRecord& record) {
  phase_ = CallPhase::answered;
  record_id_ = record.id;
  begun_at_ = record.started;
  answered_at_ = record.answered;
  worker_ = record.worker;
  if (record.over) {
    note_ending({ended_by(record.over->ended_by), record.over->status, record.over->cause,
                 record.over->ended});
  } else if (record.session != SessionId{}) {
    session_ = record.session;
  }
  a_ = restore_leg(*record.a, record.answered, record.worker, scope.context);
  b_ = restore_leg(*record.b, record.answered, record.worker, scope.context);
  recall_codecs(a_, *b_);
  recall_codecs(*b_, a_);
  for (const Leg* leg : {&a_, &*b_}) {
    if (leg->lease) scope.shared.leases.adopt(*leg->lease);
    if (leg->party.trunk) {
      ++scope.shared.loads[*leg->party.trunk].calls;
      trunk_slots_.push_back(*leg->party.trunk);
    }
    hold_slots_of(scope, leg->party);
  }
  if (session_) {
    scope.shared.sessions[*session_] = number_;
    start_timer(scope, CallTimer::media, kMediaReturn);
  }
  if (!record.acknowledged || !session_) await_lost_ack(scope);
  index_dialog(scope, CallSide::a);
  index_dialog(scope, CallSide::b);
  arm_session(scope, CallSide::a);
  arm_session(scope, CallSide::b);
  note_leg(scope, CallSide::a, a_);
  note_leg(scope, CallSide::b, *b_);
}

// The 2xx of the process before us is repeated no more: the ACK is waited for until it could no
// longer come (RFC 3261 §13.3.1.4). Without media no ACK can help: the offer that it answers died
// with that process, and the call ends; so does one that was over, once its BYEs are answered.
void Call::await_lost_ack(CallScope& scope) {
  const auto passed = scope.context.wall - answered_at_;
  const auto left = std::chrono::duration_cast<Duration>(kTimerH - passed);
  const Duration least = kAfterRestart;
  start_timer(scope, CallTimer::ack, session_ ? std::max(left, least) : least);
}

void Call::leave(CallScope& scope) {
  scope.context.actions.push_back(CallForgotten{number_});
  forget_dialogs(scope);
  for (const TimerId timer : timers_)
    scope.context.timers.stop(timer);
  for (Branch& branch : branches_) {
    release_lease(scope, branch.leg);
  }
  for (const ClientTransactionId client : clients_) {
    scope.shared.clients.erase(client);
  }
  for (const ServerTransactionId server : servers_) {
    scope.shared.servers.erase(server);
  }
}

}  // namespace ringfence::sip_core
