#include "sip-core/trunk/start_pace.hpp"

#include <algorithm>

namespace ringfence::sip_core {

std::chrono::milliseconds StartPace::wait(TimePoint now, Random& random) {
  next_ = std::max(next_, now) + kInterval;
  const auto ahead = std::chrono::duration_cast<std::chrono::milliseconds>(next_ - now);
  const auto over = ahead - kAtOnce * kInterval;
  if (over.count() <= 0) return std::chrono::milliseconds(0);
  const auto jitter = random.number() % static_cast<std::uint64_t>(kInterval.count());
  return over + std::chrono::milliseconds(jitter);
}

}  // namespace ringfence::sip_core
