// WaitingHandshakes: those in flight on one port that wait for their peers. At the port's cap the
// one that has waited longest makes room, so that many sources that hang hold a port for no longer
// than kPatience. Before that none is given up: two lost segments in a row cost three seconds
// (RFC 6298). Trunks and private sources are not entered. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "runtime/clock.hpp"
#include "runtime/strong_type.hpp"

namespace ringfence::tls_front {

using HandshakeNumber = Strong<std::uint64_t, struct HandshakeNumberTag>;

class WaitingHandshakes {
 public:
  static constexpr std::chrono::seconds kPatience{5};
  // Since when it waits for its peer, never earlier than it was told before; nullopt: it waits
  // for us.
  using SinceOf = std::function<std::optional<TimePoint>(HandshakeNumber)>;

  void add(HandshakeNumber number, TimePoint now);
  void remove(HandshakeNumber number);
  // Who is to make room; nullopt: nobody has waited for so long.
  std::optional<HandshakeNumber> longest(TimePoint now, const SinceOf& since_of);

 private:
  std::set<std::pair<TimePoint, HandshakeNumber>> line_;  // by what was last known
  std::map<HandshakeNumber, TimePoint> known_;
};

}  // namespace ringfence::tls_front
