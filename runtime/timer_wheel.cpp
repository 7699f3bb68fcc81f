#include "runtime/timer_wheel.hpp"

#include <algorithm>
#include <bit>

namespace ringfence {

using std::chrono::milliseconds;

TimerWheel::TimerWheel(TimePoint start) : start_(start) {
  heads_.fill(kNone);
}

std::uint64_t TimerWheel::tick_of(TimePoint time) const {
  if (time <= start_) return 0;
  // Rounded up: a timer never fires early.
  return static_cast<std::uint64_t>(std::chrono::ceil<milliseconds>(time - start_).count());
}

TimerId TimerWheel::start(TimePoint due, std::uint64_t token) {
  std::uint32_t index = 0;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Node& node = nodes_[index];
  node.token = token;
  node.due_tick = std::max(tick_of(due), current_tick_ + 1);
  ++node.generation;
  link(index);
  ++active_;
  return TimerId{(static_cast<std::uint64_t>(node.generation) << 32) | index};
}

bool TimerWheel::stop(TimerId id) {
  const auto index = static_cast<std::uint32_t>(id.value);
  const auto generation = static_cast<std::uint32_t>(id.value >> 32);
  if (index >= nodes_.size()) return false;
  const Node& node = nodes_[index];
  if (node.slot == kNone || node.generation != generation) return false;
  unlink(index);
  release(index);
  return true;
}

void TimerWheel::release(std::uint32_t node) {
  nodes_[node].slot = kNone;
  free_.push_back(node);
  --active_;
}

void TimerWheel::link(std::uint32_t index) {
  Node& node = nodes_[index];
  constexpr std::uint64_t kHorizon = (std::uint64_t{1} << 32) - 1;
  const std::uint64_t tick = std::min(node.due_tick, current_tick_ + kHorizon);
  // The highest digit (base 256) in which the due tick differs from the current one is its level.
  const std::uint64_t difference = tick ^ current_tick_;
  std::size_t level =
      difference == 0 ? 0 : static_cast<std::size_t>((63 - std::countl_zero(difference)) / 8);
  level = std::min(level, kLevels - 1);
  const auto position = static_cast<std::size_t>((tick >> (8 * level)) & 0xff);
  const auto slot = static_cast<std::uint32_t>(level * kSlots + position);
  node.slot = slot;
  node.previous = kNone;
  node.next = heads_[slot];
  if (node.next != kNone) nodes_[node.next].previous = index;
  heads_[slot] = index;
  occupied_[level][position / 64] |= std::uint64_t{1} << (position % 64);
}

void TimerWheel::unlink(std::uint32_t index) {
  const Node& node = nodes_[index];
  if (node.previous != kNone) {
    nodes_[node.previous].next = node.next;
  } else {
    heads_[node.slot] = node.next;
  }
  if (node.next != kNone) nodes_[node.next].previous = node.previous;
  if (heads_[node.slot] == kNone) {
    const std::size_t position = node.slot % kSlots;
    occupied_[node.slot / kSlots][position / 64] &= ~(std::uint64_t{1} << (position % 64));
  }
}

void TimerWheel::cascade(std::size_t level) {
  const std::size_t position = (current_tick_ >> (8 * level)) & 0xff;
  if (position == 0 && level + 1 < kLevels) cascade(level + 1);
  // Oldest first, that is from the tail, so that the lists below are newest first again.
  std::uint32_t index = tail_of(heads_[level * kSlots + position]);
  heads_[level * kSlots + position] = kNone;
  occupied_[level][position / 64] &= ~(std::uint64_t{1} << (position % 64));
  while (index != kNone) {
    const std::uint32_t previous = nodes_[index].previous;
    link(index);
    index = previous;
  }
}

std::uint32_t TimerWheel::tail_of(std::uint32_t head) const {
  while (head != kNone && nodes_[head].next != kNone)
    head = nodes_[head].next;
  return head;
}

void TimerWheel::advance(TimePoint now, std::vector<std::uint64_t>& due) {
  if (now < start_) return;
  const auto target =
      static_cast<std::uint64_t>(std::chrono::floor<milliseconds>(now - start_).count());
  while (current_tick_ < target) {
    if (active_ == 0) {
      current_tick_ = target;
      return;
    }
    // Jump over empty ticks: to the next occupied slot, cascade boundary, or the target.
    const std::optional<TimePoint> wake = next_wake();
    const std::uint64_t wake_tick = wake ? tick_of(*wake) : target;
    current_tick_ = std::min(std::max(wake_tick, current_tick_ + 1), target);
    if ((current_tick_ & 0xff) == 0) cascade(1);
    const std::size_t position = current_tick_ & 0xff;
    // Newest first in the list: from the tail, so that equal ticks fire in starting order.
    std::uint32_t index = tail_of(heads_[position]);
    while (index != kNone) {
      const std::uint32_t previous = nodes_[index].previous;
      if (nodes_[index].due_tick <= current_tick_) {
        due.push_back(nodes_[index].token);
        unlink(index);
        release(index);
      }
      index = previous;
    }
  }
}

std::optional<std::size_t> TimerWheel::next_occupied(std::size_t level, std::size_t from) const {
  for (std::size_t position = from; position < kSlots; position = (position | 63) + 1) {
    const std::uint64_t word = occupied_[level][position / 64] >> (position % 64);
    if (word != 0) return position + static_cast<std::size_t>(std::countr_zero(word));
  }
  return std::nullopt;
}

std::optional<TimePoint> TimerWheel::next_wake() const {
  if (active_ == 0) return std::nullopt;
  // A timer at a level shares all higher digits with the current tick, so the first level that has
  // one ahead has the next one: to fire, or to cascade at the beginning of its slot.
  for (std::size_t level = 0; level < kLevels; ++level) {
    const std::uint64_t digit = std::uint64_t{1} << (8 * level);
    const std::size_t current = (current_tick_ / digit) & 0xff;
    const auto position = next_occupied(level, current + 1);
    if (!position) continue;
    const std::uint64_t higher = current_tick_ / (digit * kSlots) * (digit * kSlots);
    return start_ + milliseconds(higher + *position * digit);
  }
  // What is left lies beyond the turn of the highest level.
  return start_ + milliseconds((current_tick_ | 0xffffffffU) + 1);
}

}  // namespace ringfence
