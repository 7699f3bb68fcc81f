// AuthLimiter: how often credentials may be guessed (R151, F060): per flow, per source address and
// per user, over five minutes. Past a limit credentials are not looked at any more. Who has been
// right before keeps a count of his own, and a phone on the flow that it registered over is always
// heard, so that nobody locks a user out by guessing. Bounded whatever comes; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "runtime/clock.hpp"
#include "sip-core/engine/flow.hpp"

namespace ringfence::sip_core {

// Counts per key over a window that moves in halves. Past `limit` keys a half takes no new ones.
class WindowedCounts {
 public:
  WindowedCounts(Duration window, std::size_t limit) : half_(window / 2), limit_(limit) {}

  std::uint32_t add(std::uint64_t key, TimePoint now);  // the count with this one
  std::uint32_t of(std::uint64_t key, TimePoint now);
  std::size_t size() const { return present_.size() + past_.size(); }

 private:
  using Half = std::unordered_map<std::uint64_t, std::uint32_t>;
  void move_on(TimePoint now);

  Duration half_;
  std::size_t limit_;
  TimePoint began_;
  Half present_;
  Half past_;
};

class AuthLimiter {
 public:
  static constexpr std::uint32_t kPerFlow = 20;
  static constexpr std::uint32_t kPerSource = 60;
  static constexpr std::uint32_t kPerUser = 100;
  static constexpr std::uint32_t kPerKnownUserOfSource = 20;

  // `seed`: unpredictable, so that nobody picks names that count for another's.
  explicit AuthLimiter(std::uint64_t seed);

  enum class Via : std::uint8_t { registered_flow, other };
  struct Attempt {
    TenantId tenant;
    std::string_view username;  // as claimed; it need not exist
    Flow flow;
    IpAddress source;
    Via via = Via::other;
  };
  // False: the credentials are not to be looked at. Private sources are limited by flow alone: they
  // are the operator's own network, and many phones may be behind one of their addresses.
  bool may_try(const Attempt& attempt, TimePoint now);
  void note_right(const Attempt& attempt, TimePoint now);
  struct Failures {
    std::uint32_t of_source = 0;
    std::uint32_t of_user = 0;
  };
  Failures note_wrong(const Attempt& attempt, TimePoint now);
  std::size_t size() const { return failures_.size() + known_.size(); }

 private:
  struct Keys {
    std::uint64_t flow = 0;
    std::uint64_t source = 0;
    std::uint64_t user = 0;
    std::uint64_t user_of_source = 0;
  };
  Keys keys_of(const Attempt& attempt) const;

  std::uint64_t seed_;
  WindowedCounts failures_;
  WindowedCounts known_;  // users of a source that were right
};

}  // namespace ringfence::sip_core
