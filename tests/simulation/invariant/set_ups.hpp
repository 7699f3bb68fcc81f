// SetUps: how far each INVITE has come, as the box's border saw it: what sip-core can have written
// down of it when it dies. By the Call-ID of the leg.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tests/simulation/time/schedule.hpp"

namespace ringfence::simulation {

class SetUps {
 public:
  struct Progress {
    std::optional<TimePoint> invited;   // the first INVITE that the box sent
    std::optional<TimePoint> rang;      // the first provisional response but 100
    std::optional<TimePoint> answered;  // the first 2xx
    std::optional<TimePoint> refused;   // the first other final response that asks for nothing
  };

  explicit SetUps(const Schedule& schedule) : schedule_(schedule) {}

  void note_invited(std::string_view call_id) {
    std::optional<TimePoint>& first = all_[std::string(call_id)].invited;
    if (!first) first = schedule_.now();
  }
  // A response to an INVITE crossed the border.
  void note(std::string_view call_id, int status) {
    if (status <= 100 || status == 401 || status == 407 || status == 422) return;
    Progress& progress = all_[std::string(call_id)];
    std::optional<TimePoint>& first = status < 200   ? progress.rang
                                      : status < 300 ? progress.answered
                                                     : progress.refused;
    if (!first) first = schedule_.now();
  }
  Progress of(std::string_view call_id) const {
    const auto found = all_.find(std::string(call_id));
    return found == all_.end() ? Progress{} : found->second;
  }

 private:
  const Schedule& schedule_;
  std::unordered_map<std::string, Progress> all_;
};

}  // namespace ringfence::simulation
