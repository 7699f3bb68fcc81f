#include "media-worker/port/free_ports.hpp"

namespace ringfence::media_worker {

FreePorts::FreePorts(PortSlice slice) {
  // RFC 3550 §11: RTP on the even port, RTCP on the next.
  for (unsigned port = (slice.low + 1U) & ~1U; port + 1 <= slice.high; port += 2) {
    closed_.push_back(static_cast<Port>(port));
  }
}

std::optional<Port> FreePorts::take(Random& random, TimePoint now) {
  while (!resting_.empty() &&
         (resting_.front().until <= now || (open_.empty() && closed_.empty()))) {
    place(resting_.front().sockets).push_back(resting_.front().port);
    resting_.pop_front();
  }
  const bool from_open = open_.size() >= kEnoughToChooseFrom || closed_.empty();
  std::vector<Port>& from = from_open ? open_ : closed_;
  if (from.empty()) return std::nullopt;
  std::swap(from[random.number() % from.size()], from.back());
  const Port port = from.back();
  from.pop_back();
  return port;
}

bool FreePorts::take(Port rtp_port) {
  return std::erase(closed_, rtp_port) + std::erase(open_, rtp_port) > 0;
}

}  // namespace ringfence::media_worker
