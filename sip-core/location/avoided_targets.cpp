#include "sip-core/location/avoided_targets.hpp"

#include <algorithm>

namespace ringfence::sip_core {

AvoidedTargets::Standing AvoidedTargets::standing(TrunkId trunk, const SocketAddress& target,
                                                  TimePoint now) const {
  if (marks_.empty()) return Standing::good;
  const auto found = marks_.find({trunk, target});
  if (found == marks_.end() || found->second.until <= now) return Standing::good;
  return found->second.standing;
}

void AvoidedTargets::note_failed(TrunkId trunk, const SocketAddress& target,
                                 std::chrono::seconds how_long, TimePoint now) {
  if (standing(trunk, target, now) == Standing::refusing) return;
  put({trunk, target}, {now + how_long, Standing::failed}, now);
}

void AvoidedTargets::note_retry_after(TrunkId trunk, const SocketAddress& target,
                                      std::chrono::seconds wanted, TimePoint now) {
  put({trunk, target}, {now + std::min(wanted, kLongestRetryAfter), Standing::refusing}, now);
}

void AvoidedTargets::note_answered(TrunkId trunk, const SocketAddress& target) {
  if (marks_.empty()) return;
  const auto found = marks_.find({trunk, target});
  if (found != marks_.end() && found->second.standing == Standing::failed) marks_.erase(found);
}

void AvoidedTargets::forget_failures() {
  std::erase_if(marks_, [](const auto& one) { return one.second.standing == Standing::failed; });
}

void AvoidedTargets::put(const Key& key, Mark mark, TimePoint now) {
  if (marks_.size() >= kMaxTargets && !marks_.contains(key)) {
    std::erase_if(marks_, [&](const auto& one) { return one.second.until <= now; });
    if (marks_.size() >= kMaxTargets) return;
  }
  marks_.insert_or_assign(key, mark);
}

}  // namespace ringfence::sip_core
