// Findings: what was broken, in the order of its finding, with the virtual time and the call. The
// first one is what a reader wants; the rest often follows from it, so that only some are kept.
#pragma once

#include <string>
#include <vector>

#include "tests/simulation/time/schedule.hpp"

namespace ringfence::simulation {

struct Finding {
  Duration at{};
  std::string sentence;
  std::string call_id;  // "" where no call is concerned
};

class Findings {
 public:
  explicit Findings(const Schedule& schedule) : schedule_(schedule) {}

  void add(std::string sentence, std::string_view call_id = {}) {
    ++count_;
    if (kept_.size() >= kKept) return;
    kept_.push_back({schedule_.elapsed(), std::move(sentence), std::string(call_id)});
  }
  bool any() const { return count_ > 0; }
  std::size_t count() const { return count_; }
  const std::vector<Finding>& kept() const { return kept_; }

 private:
  static constexpr std::size_t kKept = 20;
  const Schedule& schedule_;
  std::size_t count_ = 0;
  std::vector<Finding> kept_;
};

}  // namespace ringfence::simulation
