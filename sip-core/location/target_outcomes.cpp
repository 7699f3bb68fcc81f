#include "sip-core/location/target_outcomes.hpp"

#include <algorithm>

namespace ringfence::sip_core {

std::optional<SocketAddress> TargetOutcomes::target_of(TrunkId trunk,
                                                       const std::optional<Flow>& sent_to) const {
  if (!sent_to) return std::nullopt;
  const auto remote = connections_.remote_of(*sent_to);
  const auto targets = locations_.known_targets(trunk);
  if (!remote || std::ranges::find(targets, *remote) == targets.end()) return std::nullopt;
  return remote;
}

void TargetOutcomes::on_response(const ResponseReceived& response, TimePoint now) {
  if (!response.trunk) return;
  const bool refused = response.message->status_code() == 503;
  if (!refused && locations_.avoided().empty()) return;
  const auto target = target_of(*response.trunk, response.sent_to);
  if (!target) return;
  if (!refused) return locations_.avoided().note_answered(*response.trunk, *target);
  // RFC 3261 §21.5.4: without Retry-After it is a 500 that somebody else may do better.
  const auto wanted = response.message->number(sip::HeaderName::retry_after);
  if (wanted && *wanted > 0) {
    locations_.avoided().note_retry_after(*response.trunk, *target, std::chrono::seconds(*wanted),
                                          now);
  } else {
    locations_.avoided().note_failed(*response.trunk, *target, AvoidedTargets::kAfterRefusal, now);
  }
}

void TargetOutcomes::on_failure(std::optional<TrunkId> trunk, const std::optional<Flow>& sent_to,
                                TimePoint now) {
  if (!trunk) return;
  if (const auto target = target_of(*trunk, sent_to)) {
    locations_.avoided().note_failed(*trunk, *target, AvoidedTargets::kAfterFailure, now);
  }
}

void TargetOutcomes::on_connection_broken(TrunkId trunk, const SocketAddress& remote,
                                          TimePoint now) {
  locations_.avoided().note_failed(trunk, remote, AvoidedTargets::kAfterRefusal, now);
}

}  // namespace ringfence::sip_core
