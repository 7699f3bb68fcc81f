// What one listening port has seen since the start, as health and [SIPS-stats] tell it.
#pragma once

#include <cstdint>

namespace ringfence::tls_front {

struct PortStatistics {
  std::uint64_t handshakes_ok = 0;
  std::uint64_t handshakes_failed = 0;
  std::uint64_t over_cap = 0;
  std::uint64_t over_cap_unreported = 0;  // since the last [sips-overcap] line
};

}  // namespace ringfence::tls_front
