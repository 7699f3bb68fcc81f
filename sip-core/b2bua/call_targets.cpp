// A trunk's several targets within one call (RFC 3263 §4.3), and the slot that it holds meanwhile.
#include <algorithm>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/trunk/identify_trunk.hpp"

namespace ringfence::sip_core {

namespace {

constexpr unsigned kMaxAttempts = 4;
// F112: a trunk that says nothing at all, at whichever of its targets, is left for the next route.
constexpr std::chrono::milliseconds kNoResponse{3900};
// What a target gets that is tried because another one refused.
constexpr std::chrono::milliseconds kLeastPatience{1000};

}  // namespace

// As it was dialled, or as the dial plan made it: `number`.
CallKind Call::kind_of_call(const CallScope& scope, std::string_view number) const {
  const Config& config = scope.context.config;
  if (config.is_emergency_number(number)) return CallKind::emergency;
  if (!invite_) return CallKind::ordinary;
  const auto uri = invite_->message->request_uri();
  const bool dialled = uri && config.is_emergency_number(uri->decoded_user());
  return dialled ? CallKind::emergency : CallKind::ordinary;
}

// A further target is no further call.
bool Call::hold_trunk_slot(CallScope& scope, Branch& branch, const Trunk& trunk) {
  if (branch.attempt > 1) {
    ++scope.shared.loads[trunk.id].calls;
  } else if (!take_trunk_slot(scope, trunk, kind_of_call(scope, branch.destination->number))) {
    return false;
  }
  trunk_slots_.push_back(trunk.id);
  branch.holds_slot = true;
  return true;
}

void Call::release_slot(CallScope& scope, Branch& branch) {
  if (std::exchange(branch.holds_slot, false)) release_slot_of(scope, branch.leg.party);
}

void Call::release_slot_of(CallScope& scope, const Party& party) {
  if (!party.trunk) return;
  const auto slot = std::ranges::find(trunk_slots_, *party.trunk);
  if (slot == trunk_slots_.end()) return;
  release_trunk_slot(scope.shared, *slot);
  trunk_slots_.erase(slot);
}

// R097. True: another branch is on its way to the same trunk.
bool Call::try_another_target(CallScope& scope, const Branch& branch) {
  if (!branch.destination || branch.attempt >= kMaxAttempts) return false;
  if (!scope.context.trunk_facts.has_good_target(branch.destination->trunk)) return false;
  const TrunkTarget destination = *branch.destination;  // `branch` moves when another is added
  scope.context.counters.get("trunk_failovers_total").add();
  return call_trunk(scope, destination, branch.attempt + 1);
}

void Call::on_silent(CallScope& scope, ClientTransactionId transaction) {
  const auto use = uses_.find(transaction);
  if (use == uses_.end() || use->second.kind != UseKind::branch) return;
  const std::uint32_t id = use->second.branch;
  Branch* silent = find_branch(id);
  if (silent == nullptr || silent->state != BranchState::calling || silent->responded) return;
  if (!try_another_target(scope, *silent)) return;
  silent = find_branch(id);
  release_slot(scope, *silent);
  silent->state = BranchState::cancelled;  // whatever it still says comes too late
  scope.context.transactions.cancel(transaction, {});
}

void Call::limit_trunk_silence(CallScope& scope, unsigned attempt) {
  const TimePoint now = scope.context.now;
  if (attempt == 1) trunk_deadline_ = now + kNoResponse;
  if (attempt > 1 && runs(CallTimer::no_response)) return;
  start_timer(scope, CallTimer::no_response,
              std::max<Duration>(trunk_deadline_ - now, kLeastPatience));
}

}  // namespace ringfence::sip_core
