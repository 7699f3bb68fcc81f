#include "tls-front/accept/handshake_governor.hpp"

namespace ringfence::tls_front {
namespace {

// A limit of 0 is off.
bool reaches(std::uint32_t count, std::uint32_t limit) {
  return limit != 0 && count >= limit;
}

void count_down(std::uint32_t& count) {
  if (count > 0) --count;
}

}  // namespace

std::string_view name_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::blocked:
      return "blocked";
    case Refusal::source_handshakes:
      return "source_handshakes";
    case Refusal::source_connections:
      return "source_connections";
    case Refusal::over_cap:
      return "over_cap";
  }
  return "unknown";
}

std::expected<CountedSource, Refusal> HandshakeGovernor::admit(const Knock& knock, TimePoint now) {
  const Source source = Source::of(knock.address);
  if (blocklist_.is_blocked(source, now)) return std::unexpected(Refusal::blocked);
  const bool is_trunk = trunks_.contain(knock.address);
  const bool counted = !is_trunk && !source.is_private();
  // Before the cap: who holds too much is refused first, and the cap is there for the others.
  if (counted) {
    if (const auto reached = limit_reached(source)) return std::unexpected(*reached);
  }
  std::uint32_t& in_flight = in_flight_[knock.listener];
  if (reaches(in_flight, cap_for(knock.side, is_trunk))) {
    return std::unexpected(Refusal::over_cap);
  }
  ++in_flight;
  if (!counted) return std::nullopt;
  Usage& usage = sources_[source];
  ++usage.handshakes;
  ++usage.connections;
  return source;
}

std::optional<Refusal> HandshakeGovernor::limit_reached(const Source& source) const {
  const auto found = sources_.find(source);
  const Usage used = found == sources_.end() ? Usage{} : found->second;
  if (reaches(used.handshakes, settings_.handshakes_per_source)) return Refusal::source_handshakes;
  if (reaches(used.connections, settings_.connections_per_source)) {
    return Refusal::source_connections;
  }
  return std::nullopt;
}

std::uint32_t HandshakeGovernor::cap_for(Side side, bool is_trunk) const {
  const std::uint32_t cap = settings_.handshake_cap;
  return side == Side::trunk && !is_trunk ? cap - cap / kTrunkShare : cap;
}

void HandshakeGovernor::handshake_over(ListenerId listener, const CountedSource& source) {
  count_down(in_flight_[listener]);
  if (!source) return;
  const auto found = sources_.find(*source);
  if (found == sources_.end()) return;
  count_down(found->second.handshakes);
  forget_if_idle(*source);
}

void HandshakeGovernor::connection_over(const CountedSource& source) {
  if (!source) return;
  const auto found = sources_.find(*source);
  if (found == sources_.end()) return;
  count_down(found->second.connections);
  forget_if_idle(*source);
}

std::uint32_t HandshakeGovernor::in_flight(ListenerId listener) const {
  const auto found = in_flight_.find(listener);
  return found == in_flight_.end() ? 0 : found->second;
}

void HandshakeGovernor::forget_if_idle(const Source& source) {
  const auto found = sources_.find(source);
  if (found->second.handshakes == 0 && found->second.connections == 0) sources_.erase(found);
}

}  // namespace ringfence::tls_front
