// HealthReporter: once a second, what changed: MediaWorkerHealth to the supervisor (every ten
// seconds even without a change), and the lines on media that the packet path only counts. Reads
// counters; changes nothing.
#pragma once

#include <functional>
#include <unordered_map>

#include "media-worker/io/carrier.hpp"
#include "proto/supervisor_child.pb.h"
#include "runtime/log.hpp"

namespace ringfence::media_worker {

class HealthReporter {
 public:
  using Send = std::function<void(const proto::FromChild&)>;
  HealthReporter(Loop& loop, Logger& log, const Carrier& carrier, Send send);

  void start();

 private:
  static constexpr std::chrono::seconds kInterval{1};
  static constexpr std::chrono::seconds kSilence{10};
  static constexpr std::chrono::seconds kWarnAgain{60};
  // What has been said of a leg.
  struct Said {
    bool foreign = false;
    std::uint64_t auth_failures = 0;
    TimePoint auth_failures_at{};
  };

  void tick();
  // What the last report said, in numbers that compare.
  struct State {
    std::size_t sessions = 0;
    std::size_t leases = 0;
    std::uint64_t port_shortages = 0;
    MediaCounters totals;
    bool operator==(const State&) const = default;
  };
  State state() const;
  static proto::FromChild report(const State& state);
  void log_attacks();
  void log_leg(SessionId session, LegName name, const Leg& leg, Said& said);

  Loop& loop_;
  Logger& log_;
  const Carrier& carrier_;
  Send send_;
  Timer timer_;
  State last_sent_;
  std::optional<TimePoint> last_sent_at_;
  std::uint64_t suspicious_seen_ = 0;
  std::unordered_map<SessionId, std::array<Said, 2>> said_;
};

}  // namespace ringfence::media_worker
