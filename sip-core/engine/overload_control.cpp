#include "sip-core/engine/overload_control.hpp"

namespace ringfence::sip_core {
namespace {

using Control = OverloadControl;

std::string_view why_overloaded(Duration delay, const Control::Figures& figures) {
  if (delay > Control::kLongestDelay) return "queue-delay";
  if (figures.unanswered > Control::kMaxUnanswered) return "unanswered-requests";
  if (figures.transactions > Control::kMaxTransactions) return "transactions";
  if (figures.waiting > Control::kMaxWaiting) return "waiting-messages";
  return {};
}

// Four fifths of a limit, so that it does not go on and off.
bool is_strained(Duration delay, const Control::Figures& figures) {
  const auto near = [](std::size_t figure, std::size_t limit) { return figure > limit / 5 * 4; };
  return delay > Control::kShortDelay || near(figures.unanswered, Control::kMaxUnanswered) ||
         near(figures.transactions, Control::kMaxTransactions) ||
         near(figures.waiting, Control::kMaxWaiting);
}

}  // namespace

OverloadControl::Change OverloadControl::judge(Duration delay, const Figures& figures,
                                               TimePoint now) {
  if (!on_) {
    const std::string_view why = why_overloaded(delay, figures);
    if (why.empty()) return Change::none;
    on_ = true;
    reason_ = why;
    last_strained_ = now;
    return Change::began;
  }
  if (is_strained(delay, figures)) last_strained_ = now;
  if (now - last_strained_ < kQuiet) return Change::none;
  on_ = false;
  return Change::ended;
}

}  // namespace ringfence::sip_core
