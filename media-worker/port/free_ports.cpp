#include "media-worker/port/free_ports.hpp"

namespace ringfence::media_worker {

FreePorts::FreePorts(PortSlice slice) {
  // RFC 3550 §11: RTP on the even port, RTCP on the next.
  for (unsigned port = (slice.low + 1U) & ~1U; port + 1 <= slice.high; port += 2) {
    free_.push_back(static_cast<Port>(port));
  }
}

std::optional<Port> FreePorts::take(Random& random, TimePoint now) {
  while (!resting_.empty() && (resting_.front().until <= now || free_.empty())) {
    free_.push_back(resting_.front().port);
    resting_.pop_front();
  }
  if (free_.empty()) return std::nullopt;
  std::swap(free_[random.number() % free_.size()], free_.back());
  const Port port = free_.back();
  free_.pop_back();
  return port;
}

}  // namespace ringfence::media_worker
