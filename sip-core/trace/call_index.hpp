// CallIndex: which Call-IDs belong to one call, and whose legs they are. Live calls, as the engine
// tells of them, and the last ones that ended, a bounded number. Pure.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/clock.hpp"
#include "sip-core/engine/action.hpp"

namespace ringfence::sip_core::trace {

class CallIndex {
 public:
  static constexpr std::size_t kMaxForgotten = 2048;

  struct Leg {
    CallNumber call;
    CallSide side = CallSide::a;
  };

  void open(const CallLegOpened& leg);
  void forget(CallNumber call, TimePoint now);

  const Leg* leg_of(std::string_view call_id) const;  // nullptr: of no call
  bool has_extension(CallNumber call, TenantId tenant, std::string_view extension) const;
  // nullopt: it lives, or is not known any more.
  std::optional<TimePoint> ended(CallNumber call) const;
  bool knows(CallNumber call) const { return calls_.contains(call); }

 private:
  struct Party {
    std::string call_id;
    TenantId tenant;
    std::string extension;
  };
  struct Call {
    std::vector<Party> parties;
    std::optional<TimePoint> ended;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  void drop(CallNumber call);

  std::unordered_map<std::string, Leg, Hash, std::equal_to<>> legs_;
  std::unordered_map<CallNumber, Call> calls_;
  std::deque<CallNumber> forgotten_;
};

}  // namespace ringfence::sip_core::trace
