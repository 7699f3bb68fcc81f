#include "supervisor/child/restart_policy.hpp"

#include <algorithm>

namespace ringfence::supervisor {
namespace {

Duration delay_after(std::uint32_t early_deaths) {
  if (early_deaths <= 1) return Duration::zero();
  const std::uint32_t doublings = std::min<std::uint32_t>(early_deaths - 2, 8);
  return std::min(kFirstDelay * (1 << doublings), kLongestDelay);
}

std::vector<ChildAction> start(RestartPolicy& policy, TimePoint now) {
  if (policy.state != ChildState::backoff) return {};
  policy.state = ChildState::starting;
  policy.started = now;
  ++policy.starts;
  return {{ChildOrder::start_timer, ChildEvent::readiness_overdue, kReadinessTimeout},
          {ChildOrder::spawn}};
}

std::vector<ChildAction> bury(RestartPolicy& policy, TimePoint now) {
  if (policy.state == ChildState::backoff) return {};
  const bool forgiven =
      policy.state == ChildState::running && now - policy.started >= kForgivenAfter;
  policy.early_deaths = forgiven ? 1 : policy.early_deaths + 1;
  policy.state = ChildState::backoff;
  return {{ChildOrder::start_timer, ChildEvent::start_due, delay_after(policy.early_deaths)}};
}

}  // namespace

std::string_view name_of(ChildState state) {
  switch (state) {
    case ChildState::starting:
      return "starting";
    case ChildState::running:
      return "running";
    case ChildState::backoff:
      return "backoff";
  }
  return "backoff";
}

std::vector<ChildAction> step(RestartPolicy& policy, ChildEvent event, TimePoint now) {
  switch (event) {
    case ChildEvent::start_due:
      return start(policy, now);
    case ChildEvent::became_ready:
      if (policy.state != ChildState::starting) return {};
      policy.state = ChildState::running;
      return {{ChildOrder::stop_timer}};
    case ChildEvent::readiness_overdue:
      if (policy.state != ChildState::starting) return {};
      return {{ChildOrder::kill}};
    case ChildEvent::died:
      return bury(policy, now);
    case ChildEvent::ordered_restart:
      // Wanted, so it counts as no failure; one that waits is started now.
      policy.early_deaths = 0;
      if (policy.state == ChildState::backoff) return start(policy, now);
      return {{ChildOrder::terminate}};
  }
  return {};
}

}  // namespace ringfence::supervisor
