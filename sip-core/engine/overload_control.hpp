// OverloadControl: whether new work must be refused so that what was begun can be finished (F023).
// Judges by how long events lay before they were handled, and by what is in work. Turns off only
// when it has been quiet for a while. Owned by the engine; pure on given time. These are the limits
// of one process; they are no settings, for they protect it from its operators' optimism too.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime/clock.hpp"

namespace ringfence::sip_core {

class OverloadControl {
 public:
  static constexpr std::chrono::milliseconds kLongestDelay{500};
  static constexpr std::chrono::milliseconds kShortDelay{250};  // so short, the load is over
  static constexpr std::chrono::seconds kQuiet{1};              // and for so long
  static constexpr std::size_t kMaxUnanswered = 30'000;         // requests without a final response
  static constexpr std::size_t kMaxTransactions = 1'000'000;
  static constexpr std::size_t kMaxWaiting = 400;  // messages that wait for a name or a connection

  // What is in work.
  struct Figures {
    std::size_t unanswered = 0;
    std::size_t transactions = 0;
    std::size_t waiting = 0;
  };
  enum class Change : std::uint8_t { none, began, ended };

  // `delay`: between the receipt and the handling of the event at hand.
  Change judge(Duration delay, const Figures& figures, TimePoint now);
  bool is_on() const { return on_; }
  std::string_view reason() const { return reason_; }  // while it is on

 private:
  bool on_ = false;
  std::string_view reason_;
  TimePoint last_strained_;
};

}  // namespace ringfence::sip_core
