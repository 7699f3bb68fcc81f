#include "sip-core/engine/timer_service.hpp"

#include <algorithm>

namespace ringfence::sip_core {

TimerId TimerService::start(TimePoint due, TimerOwner owner, std::uint64_t payload) {
  const std::uint64_t number = ++last_;
  active_.emplace(number, Entry{wheel_.start(due, number), owner, payload});
  return TimerId{number};
}

void TimerService::stop(TimerId id) {
  const auto found = active_.find(id.value);
  if (found == active_.end()) return;
  wheel_.stop(found->second.wheel_id);
  active_.erase(found);
}

std::optional<DueTimer> TimerService::take(std::uint64_t due) {
  const auto found = active_.find(due);
  if (found == active_.end()) return std::nullopt;
  const DueTimer timer{TimerId{due}, found->second.owner, found->second.payload};
  active_.erase(found);
  return timer;
}

std::size_t TimerService::count(TimerOwner owner) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      active_, [owner](const auto& entry) { return entry.second.owner == owner; }));
}

}  // namespace ringfence::sip_core
