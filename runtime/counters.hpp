// Counters: named monotonic counts of one process. The hot path holds a Counter& and adds to it;
// health reports read them all. One thread; names are Prometheus-safe ("sip_requests_total").
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ringfence {

struct Counter {
  std::string name;
  std::uint64_t value = 0;
  void add(std::uint64_t n = 1) noexcept { value += n; }
};

class Counters {
 public:
  Counters() = default;
  Counters(const Counters&) = delete;
  Counters& operator=(const Counters&) = delete;

  // The counter of that name, made at its first mention. The reference stays valid.
  Counter& get(std::string_view name) {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) return *found->second;
    Counter& made = all_.emplace_back(Counter{std::string(name), 0});
    by_name_.emplace(made.name, &made);
    return made;
  }
  const std::deque<Counter>& all() const { return all_; }

 private:
  std::deque<Counter> all_;  // in the order of their first mention; they stay where they are
  std::unordered_map<std::string_view, Counter*> by_name_;
};

}  // namespace ringfence
