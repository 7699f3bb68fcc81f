#include "tests/simulation/time/schedule.hpp"

#include <algorithm>

namespace ringfence::simulation {

PlanId Schedule::at(TimePoint time, Act act) {
  const PlanId id{++last_};
  heap_.push_back({std::max(time, now_), id.value});
  std::push_heap(heap_.begin(), heap_.end(), later);
  acts_.emplace(id.value, std::move(act));
  return id;
}

void Schedule::cancel(PlanId& id) {
  acts_.erase(id.value);
  id = {};
}

bool Schedule::run_next(TimePoint until) {
  while (!heap_.empty() && heap_.front().time <= until) {
    const Entry next = heap_.front();
    std::pop_heap(heap_.begin(), heap_.end(), later);
    heap_.pop_back();
    const auto found = acts_.find(next.number);
    if (found == acts_.end()) continue;
    const Act act = std::move(found->second);
    acts_.erase(found);
    now_ = next.time;
    act();
    return true;
  }
  now_ = until;
  return false;
}

}  // namespace ringfence::simulation
