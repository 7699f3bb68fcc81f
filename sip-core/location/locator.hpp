// Locator: from a next hop to the addresses and ports to try, in order (RFC 3263 §4.1, §4.2):
// NAPTR, SRV, A and AAAA out of the DnsCache, asking for what it does not know. Asks for all three
// at once, so that a slow answer delays once. Owned by the engine; pure.
#pragma once

#include <string>
#include <vector>

#include "runtime/random.hpp"
#include "sip-core/location/dns_cache.hpp"
#include "sip-core/location/next_hop.hpp"

namespace ringfence::sip_core {

struct Located {
  enum class State : std::uint8_t { pending, found, failed } state = State::pending;
  std::vector<SocketAddress> targets;  // at most kMaxTargets, in order of trial
  std::string reason;                  // where failed
  bool complete = true;                // no further target is still being looked up
};

class Locator {
 public:
  static constexpr std::size_t kMaxTargets = 16;

  // `random` outlives it.
  Locator(DnsCache& cache, Random& random) : cache_(cache), random_(random) {}

  Located locate(const NextHop& hop, TimePoint now, Actions& actions);

 private:
  Located by_naptr(const NextHop& hop, TimePoint now, Actions& actions);
  Located by_srv(const NextHop& hop, const std::string& name, TimePoint now, Actions& actions);
  Located by_records(const std::vector<SrvRecord>& records, TimePoint now, Actions& actions);
  Located by_address(const std::string& host, Port port, TimePoint now, Actions& actions);

  DnsCache& cache_;
  Random& random_;
};

}  // namespace ringfence::sip_core
