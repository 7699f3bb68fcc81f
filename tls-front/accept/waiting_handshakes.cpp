#include "tls-front/accept/waiting_handshakes.hpp"

namespace ringfence::tls_front {

void WaitingHandshakes::add(HandshakeNumber number, TimePoint now) {
  known_[number] = now;
  line_.emplace(now, number);
}

void WaitingHandshakes::remove(HandshakeNumber number) {
  const auto found = known_.find(number);
  if (found == known_.end()) return;
  line_.erase({found->second, number});
  known_.erase(found);
}

// Asked only when the port is full: until then nobody need tell us of progress.
std::optional<HandshakeNumber> WaitingHandshakes::longest(TimePoint now, const SinceOf& since_of) {
  while (!line_.empty()) {
    const auto [known, number] = *line_.begin();
    if (now - known < kPatience) return std::nullopt;
    const TimePoint since = since_of(number).value_or(now);
    if (since <= known) return number;
    remove(number);
    add(number, since);
  }
  return std::nullopt;
}

}  // namespace ringfence::tls_front
