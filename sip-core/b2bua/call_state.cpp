// A call's bookkeeping: tables, timers, leases, the store, the way through the gate.
#include <algorithm>
#include <utility>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/transaction/timer_values.hpp"

namespace ringfence::sip_core {

namespace {

constexpr int kTimerBits = 4;
constexpr std::uint64_t kMediaTimeout = 120;
// 64*T1 and a little: whatever has not ended by then never will.
constexpr std::chrono::seconds kLinger{40};

}  // namespace

Branch* Call::find_branch(std::uint32_t id) {
  const auto found = std::ranges::find(branches_, id, &Branch::id);
  return found == branches_.end() ? nullptr : &*found;
}

bool Call::has_leg(CallSide side) {
  return side == CallSide::a || b_ || (early_branch_ && find_branch(*early_branch_) != nullptr);
}

Leg& Call::leg(CallSide side) {
  if (side == CallSide::a) return a_;
  return b_ ? *b_ : find_branch(*early_branch_)->leg;
}

bool Call::apply_media(CallScope& scope, Leg& b, SrtpDemand a_demand, SrtpDemand b_demand) {
  auto leg_a = media_leg(a_, a_demand);
  auto leg_b = media_leg(b, b_demand);
  if (!leg_a || !leg_b || !worker_) return false;
  // RFC 3264 §5.1: who sends uses the numbers that the other side has named.
  leg_a->clock_rates = clock_rates(b.peer->audio);
  leg_b->clock_rates = clock_rates(a_.peer->audio);
  if (!session_) {
    session_ = SessionId{scope.context.random.number()};
    scope.shared.sessions[*session_] = number_;
  }
  // R169: who is on hold, or not yet in the call, may be silent.
  const bool both_speak = b_ && leg_a->receive_from_peer && leg_b->receive_from_peer;
  const auto timeout = scope.context.config.setting_number("media_timeout_s", kMediaTimeout);
  scope.context.actions.push_back(SetMediaSession{*worker_, *session_, std::move(*leg_a),
                                                  std::move(*leg_b),
                                                  std::chrono::seconds(both_speak ? timeout : 0)});
  return true;
}

// What both sides have now agreed to binds from here on.
void Call::settle_legs() {
  for (Leg* leg : {&a_, &leg(CallSide::b)}) {
    settle(*leg->own, *leg->peer);
    leg->agreed = true;
    leg->own->body.shrink_to_fit();  // it is kept as long as the call
  }
}

void Call::index_dialog(CallScope& scope, CallSide side) {
  scope.shared.dialogs.set(leg(side).dialog, {number_, side});
}

void Call::forget_dialogs(CallScope& scope) {
  if (handed_over_ != CallSide::a) {
    scope.shared.dialogs.erase(a_.dialog);
  }
  for (const CallerDialog& dialog : caller_dialogs_) {
    scope.shared.dialogs.erase(a_.dialog.call_id(), dialog.tag);
  }
  for (const Branch& branch : branches_) {
    const Dialog& dialog = branch.leg.dialog;
    scope.shared.dialogs.erase(dialog);
  }
  if (b_ && handed_over_ != CallSide::b) {
    scope.shared.dialogs.erase(b_->dialog);
  }
}

// The caller has acknowledged the answer: what only the set-up needed goes, for a call is held for
// much longer than it is set up.
void Call::forget_setup(CallScope& scope) {
  const bool pending = std::ranges::any_of(uses_, [](const auto& use) {
    return use.second.kind == UseKind::branch || use.second.kind == UseKind::prack;
  });
  if (pending || awaits_forks_) return;
  for (Branch& branch : branches_) {
    const Dialog& dialog = branch.leg.dialog;
    scope.shared.dialogs.erase(dialog);
    release_lease(scope, branch.leg);
  }
  branches_.clear();
  branches_.shrink_to_fit();
  destinations_.clear();
  destinations_.shrink_to_fit();
}

void Call::start_timer(CallScope& scope, CallTimer timer, Duration after) {
  stop_timer(scope, timer);
  const std::uint64_t payload = (number_.value << kTimerBits) | static_cast<std::uint64_t>(timer);
  timers_[static_cast<std::size_t>(timer)] =
      scope.context.timers.start(scope.context.now + after, TimerOwner::calls, payload);
}

void Call::stop_timer(CallScope& scope, CallTimer timer) {
  scope.context.timers.stop(std::exchange(timers_[static_cast<std::size_t>(timer)], {}));
}

void Call::on_state_lost(CallScope& scope) {
  if (record_id_ != RecordId()) persist(scope);
}

void Call::on_clock_set(CallScope& scope, WallTime::duration by) {
  if (begun_at_ != WallTime{}) begun_at_ += by;
  if (answered_at_ != WallTime{}) answered_at_ += by;
  on_state_lost(scope);
}

void Call::persist(CallScope& scope) {
  if (!b_ || !worker_) return;
  if (record_id_ == RecordId()) record_id_ = scope.context.ids.record();
  CallRecord record;
  record.id = record_id_;
  if (handed_over_ != CallSide::a) store(a_, scope.context, record.a.emplace());
  if (handed_over_ != CallSide::b) store(*b_, scope.context, record.b.emplace());
  record.worker = *worker_;
  if (!handed_over_) record.session = session_.value_or(SessionId{});
  record.started = begun_at_;
  record.answered = answered_at_;
  record.acknowledged = phase_ == CallPhase::answered && !unacknowledged_;
  std::vector<Record> records = std::exchange(outdated_, {});
  records.emplace_back(std::move(record));
  scope.context.persist(std::move(records));
}

void Call::release_lease(CallScope& scope, Leg& leg) {
  if (!leg.lease) return;
  scope.shared.leases.give_back(*leg.lease, scope.context.actions);
  leg.lease.reset();
}

// Not before the last BYE is answered: a call that this process leaves behind in between has a
// record and no media session, so that the next one sends BYE to both sides again. And not before
// its call detail record: one of the two is always left.
void Call::forget_record(CallScope& scope) {
  const bool bye_is_out =
      bye_after_ack_ || bye_after_notify_ ||
      std::ranges::any_of(uses_, [](const auto& use) { return use.second.kind == UseKind::bye; });
  if (record_id_ == RecordId() || phase_ != CallPhase::ended || bye_is_out || awaited_detail_)
    return;
  outdated_.emplace_back(CallRemoved{std::exchange(record_id_, {})});
  scope.context.persist(std::exchange(outdated_, {}));
}

void Call::end_session(CallScope& scope) {
  if (!session_) return;
  scope.context.actions.push_back(EndMediaSession{*worker_, *session_});
  scope.shared.sessions.erase(*session_);
  session_.reset();
}

// The call has no more media and no more dialogs; responses to what was sent may still come.
void Call::finish(CallScope& scope) {
  if (phase_ == CallPhase::ended) return;
  // Without a beginning it is one that a process before us had only begun.
  if (begun_at_ != WallTime{}) awaited_detail_ = detail(scope.context);
  phase_ = CallPhase::ended;
  --scope.shared.ongoing;
  awaits_forks_ = awaits_forks_ || (!acks_.empty() && b_ && b_->party.trunk &&
                                    scope.context.wall - answered_at_ < kTimerM);
  const auto session = session_;
  end_session(scope);
  if (session) await_summary(scope, *session);
  if (predecessor_) a_.lease.reset();  // it was lent
  if (transfer_ && transfer_->successor) {
    scope.shared.transfers.push_back(TransferAbandoned{*transfer_->successor});
  }
  release_lease(scope, a_);
  if (b_) release_lease(scope, *b_);
  for (const CallTimer timer :
       {CallTimer::ring, CallTimer::destination, CallTimer::no_response, CallTimer::media,
        CallTimer::prack, CallTimer::ack, CallTimer::session_a, CallTimer::session_b,
        CallTimer::renegotiate}) {
    stop_timer(scope, timer);
  }
  for (const TrunkId trunk : trunk_slots_) {
    release_trunk_slot(scope.shared, trunk);
  }
  trunk_slots_.clear();
  release_party_slots(scope);
  exchange_.reset();
  renegotiation_.reset();
  held_answer_.reset();
  if (near_record_id_ != RecordId()) {
    outdated_.emplace_back(PendingInviteRemoved{std::exchange(near_record_id_, {})});
  }
  if (!session) write_detail(scope);
  forget_record(scope);
  if (awaited_detail_ && record_id_ != RecordId()) {
    const CallDetailRecord& detail = *awaited_detail_;
    outdated_.emplace_back(
        CallOver{record_id_, detail.ended, detail.status, detail.cause, detail.ended_by});
  }
  if (!outdated_.empty()) scope.context.persist(std::exchange(outdated_, {}));
  start_timer(scope, CallTimer::linger, kLinger);
}

std::expected<PeerDescription, GateRefusal> Call::gate_offer(CallScope& scope, const Leg& leg,
                                                             const sdp::SessionDescription& offer,
                                                             const MessageSource& source) const {
  const AddressRule::IsLeased is_leased = [&scope](const IpAddress& address, Port port) {
    return scope.shared.leases.is_leased(address, port);
  };
  const AddressRule rule(scope.context.config, source.remote.ip, is_leased);
  const LegPolicy policy = leg.policy_in_force();
  return read_offer(offer, policy.inbound_offer, rule, leg.previous(), policy.terms.get());
}

std::expected<PeerDescription, GateRefusal> Call::gate_answer(CallScope& scope, const Leg& leg,
                                                              std::string_view answer,
                                                              const OwnDescription& offer,
                                                              const MessageSource& source) const {
  const auto parsed = sdp::SessionDescription::parse(answer);
  if (!parsed) return std::unexpected(GateRefusal{GateFault::lines, "malformed"});
  const AddressRule::IsLeased is_leased = [&scope](const IpAddress& address, Port port) {
    return scope.shared.leases.is_leased(address, port);
  };
  const AddressRule rule(scope.context.config, source.remote.ip, is_leased);
  const LegPolicy policy = leg.policy_in_force();
  return read_answer(*parsed, policy.answer, rule, offer, policy.terms.get());
}

void Call::log_srtp_reject(CallScope& scope, const Leg& leg, std::string_view reason) const {
  const Trunk* trunk = leg.party.trunk ? scope.context.config.trunk(*leg.party.trunk) : nullptr;
  scope.context.counters.get("srtp_fail_closed_total").add();
  scope.context.log(LogLevel::info, "srtp-reject", "SRTP was required and not agreed",
                    {{"call-id", a_.dialog.call_id()},
                     {"trunk", trunk == nullptr ? "-" : trunk->label},
                     {"reason", std::string(reason)}});
}

}  // namespace ringfence::sip_core
