// Counters: named monotonic counts of one process. The hot path holds a Counter& and adds to it;
// health reports read them all. One thread; names are Prometheus-safe ("sip_requests_total").
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace ringfence {

struct Counter {
  std::string name;
  std::uint64_t value = 0;
  void add(std::uint64_t n = 1) noexcept { value += n; }
};

class Counters {
 public:
  // The counter of that name, made at its first mention. The reference stays valid.
  Counter& get(std::string_view name) {
    for (Counter& counter : all_) {
      if (counter.name == name) return counter;
    }
    return all_.emplace_back(Counter{std::string(name), 0});
  }
  const std::deque<Counter>& all() const { return all_; }

 private:
  std::deque<Counter> all_;
};

}  // namespace ringfence
