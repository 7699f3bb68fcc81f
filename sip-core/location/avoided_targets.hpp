// AvoidedTargets: the targets of trunks that failed lately (RFC 3263 §4.3) or asked to be left
// alone (503 with Retry-After), each for its time. A preference, not a verdict: what failed is
// tried again where nothing better is left; what asked is not. Bounded; pure on given time.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <utility>

#include "runtime/clock.hpp"
#include "runtime/socket_address.hpp"
#include "sip-core/engine/flow.hpp"

namespace ringfence::sip_core {

class AvoidedTargets {
 public:
  static constexpr std::chrono::seconds kAfterFailure{30};
  static constexpr std::chrono::seconds kAfterRefusal{5};  // 503 without Retry-After
  static constexpr std::chrono::seconds kLongestRetryAfter{300};
  static constexpr std::size_t kMaxTargets = 1024;

  enum class Standing : std::uint8_t { good, failed, refusing };
  Standing standing(TrunkId trunk, const SocketAddress& target, TimePoint now) const;

  void note_failed(TrunkId trunk, const SocketAddress& target, std::chrono::seconds how_long,
                   TimePoint now);
  void note_retry_after(TrunkId trunk, const SocketAddress& target, std::chrono::seconds wanted,
                        TimePoint now);
  // It answered: whatever had failed is over. A Retry-After keeps its time.
  void note_answered(TrunkId trunk, const SocketAddress& target);
  // What failed may no longer. A Retry-After keeps its time.
  void forget_failures();
  bool empty() const { return marks_.empty(); }

 private:
  struct Mark {
    TimePoint until;
    Standing standing = Standing::failed;
  };
  using Key = std::pair<TrunkId, SocketAddress>;

  void put(const Key& key, Mark mark, TimePoint now);

  std::map<Key, Mark> marks_;
};

}  // namespace ringfence::sip_core
