#include "sip-core/engine/timer_service.hpp"

#include <algorithm>

namespace ringfence::sip_core {

TimerId TimerService::start(TimePoint due, TimerOwner owner, std::uint64_t payload) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(entries_.size()));
    entries_.emplace_back();
  }
  const std::uint32_t place = free_.back();
  free_.pop_back();
  Entry& entry = entries_[place];
  const std::uint64_t number = (static_cast<std::uint64_t>(entry.generation) << 32) | place;
  entry.wheel_id = wheel_.start(due, number);
  entry.payload = payload;
  entry.owner = owner;
  entry.active = true;
  return TimerId{number};
}

TimerService::Entry* TimerService::find(std::uint64_t number) {
  const auto place = static_cast<std::uint32_t>(number);
  if (place >= entries_.size()) return nullptr;
  Entry& entry = entries_[place];
  return entry.active && entry.generation == number >> 32 ? &entry : nullptr;
}

void TimerService::release(std::uint64_t number) {
  const auto place = static_cast<std::uint32_t>(number);
  entries_[place].active = false;
  // Never 0: then no number of ours is 0 either.
  if (++entries_[place].generation == 0) entries_[place].generation = 1;
  free_.push_back(place);
}

void TimerService::stop(TimerId id) {
  const Entry* entry = find(id.value);
  if (entry == nullptr) return;
  wheel_.stop(entry->wheel_id);
  release(id.value);
}

std::optional<DueTimer> TimerService::take(std::uint64_t number) {
  const Entry* entry = find(number);
  if (entry == nullptr) return std::nullopt;
  const DueTimer timer{TimerId{number}, entry->owner, entry->payload};
  release(number);
  return timer;
}

std::size_t TimerService::count(TimerOwner owner) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      entries_, [owner](const Entry& entry) { return entry.active && entry.owner == owner; }));
}

}  // namespace ringfence::sip_core
