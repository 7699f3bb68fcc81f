#include "tls-front/accept/blocklist.hpp"

#include <algorithm>

namespace ringfence::tls_front {

std::optional<Blocklist::Blocked> Blocklist::fail(const Source& source, TimePoint now) {
  if (source.is_private() || settings_.blocklist_failures == 0) return std::nullopt;
  Entry& entry = entry_of(source);
  if (entry.until && *entry.until > now) return std::nullopt;
  entry.until.reset();
  const TimePoint window_start = now - settings_.blocklist_window;
  std::erase_if(entry.failures, [&](TimePoint t) { return t <= window_start; });
  entry.failures.push_back(now);
  if (entry.failures.size() <= settings_.blocklist_failures) return std::nullopt;
  entry.failures_at_block = static_cast<std::uint32_t>(entry.failures.size());
  entry.failures.clear();
  entry.until = now + settings_.blocklist_duration;
  ++lifetime_;
  return Blocked{source, *entry.until, entry.failures_at_block};
}

bool Blocklist::is_blocked(const Source& source, TimePoint now) const {
  const auto found = entries_.find(source);
  return found != entries_.end() && found->second.until && *found->second.until > now;
}

bool Blocklist::release(const Source& source, TimePoint now) {
  const bool was_blocked = is_blocked(source, now);
  if (const auto found = entries_.find(source); found != entries_.end()) {
    order_of(source).erase(found->second.order);
    entries_.erase(found);
  }
  return was_blocked;
}

void Blocklist::restore(const std::vector<Blocked>& stored, TimePoint now) {
  for (auto& [source, entry] : entries_)
    entry.until.reset();
  const TimePoint latest = now + settings_.blocklist_duration;
  for (const Blocked& blocked : stored) {
    if (blocked.until <= now || blocked.source.is_private()) continue;
    Entry& entry = entry_of(blocked.source);
    entry.until = std::min(blocked.until, latest);
    entry.failures_at_block = blocked.failures;
    entry.failures.clear();
  }
}

std::vector<Blocklist::Blocked> Blocklist::blocked(TimePoint now, std::size_t limit) const {
  std::vector<Blocked> all;
  for (const auto& [source, entry] : entries_) {
    if (entry.until && *entry.until > now) {
      all.push_back({source, *entry.until, entry.failures_at_block});
    }
  }
  std::ranges::sort(all, [](const Blocked& a, const Blocked& b) { return a.until > b.until; });
  if (all.size() > limit) all.resize(limit);
  return all;
}

std::size_t Blocklist::active(TimePoint now) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      entries_, [&](const auto& pair) { return pair.second.until && *pair.second.until > now; }));
}

Blocklist::Entry& Blocklist::entry_of(const Source& source) {
  std::list<Source>& order = order_of(source);
  const auto [found, is_new] = entries_.try_emplace(source);
  if (!is_new) {
    order.splice(order.end(), order, found->second.order);
    return found->second;
  }
  found->second.order = order.insert(order.end(), source);
  if (order.size() > max_sources_) {
    entries_.erase(order.front());
    order.pop_front();
    ++evictions_;
  }
  return found->second;
}

}  // namespace ringfence::tls_front
