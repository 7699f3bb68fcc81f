#include "sip-core/trace/call_index.hpp"

#include <algorithm>

namespace ringfence::sip_core::trace {

void CallIndex::open(const CallLegOpened& leg) {
  legs_.insert_or_assign(leg.call_id, Leg{leg.call, leg.side});
  calls_[leg.call].parties.push_back({leg.call_id, leg.tenant, leg.extension});
}

void CallIndex::forget(CallNumber call, TimePoint now) {
  const auto found = calls_.find(call);
  if (found == calls_.end() || found->second.ended) return;
  found->second.ended = now;
  forgotten_.push_back(call);
  if (forgotten_.size() <= kMaxForgotten) return;
  drop(forgotten_.front());
  forgotten_.pop_front();
}

void CallIndex::drop(CallNumber number) {
  const auto call = calls_.find(number);
  for (const Party& party : call->second.parties) {
    // A later call may have the same Call-ID: callers choose theirs.
    const auto leg = legs_.find(party.call_id);
    if (leg != legs_.end() && leg->second.call == number) legs_.erase(leg);
  }
  calls_.erase(call);
}

const CallIndex::Leg* CallIndex::leg_of(std::string_view call_id) const {
  const auto found = legs_.find(call_id);
  return found == legs_.end() ? nullptr : &found->second;
}

bool CallIndex::has_extension(CallNumber call, TenantId tenant, std::string_view extension) const {
  const auto found = calls_.find(call);
  return found != calls_.end() &&
         std::ranges::any_of(found->second.parties, [&](const Party& party) {
           return party.tenant == tenant && party.extension == extension;
         });
}

std::optional<TimePoint> CallIndex::ended(CallNumber call) const {
  const auto found = calls_.find(call);
  return found == calls_.end() ? std::nullopt : found->second.ended;
}

}  // namespace ringfence::sip_core::trace
