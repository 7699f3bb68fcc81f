#include "tls-front/accept/handshake_governor.hpp"

namespace ringfence::tls_front {
namespace {

// A limit of 0 is off.
bool reaches(std::uint32_t count, std::uint32_t limit) {
  return limit != 0 && count >= limit;
}

}  // namespace

std::string_view name_of(Admission admission) {
  switch (admission) {
    case Admission::admitted:
      return "admitted";
    case Admission::blocked:
      return "blocked";
    case Admission::over_cap:
      return "over_cap";
    case Admission::source_handshakes:
      return "source_handshakes";
    case Admission::source_connections:
      return "source_connections";
  }
  return "unknown";
}

Admission HandshakeGovernor::admit(ListenerId listener, const Source& source, TimePoint now) {
  if (blocklist_.is_blocked(source, now)) return Admission::blocked;
  std::uint32_t& in_flight = in_flight_[listener];
  if (reaches(in_flight, settings_.handshake_cap)) return Admission::over_cap;
  if (!source.is_private()) {
    const auto found = sources_.find(source);
    const Usage used = found == sources_.end() ? Usage{} : found->second;
    if (reaches(used.handshakes, settings_.handshakes_per_source)) {
      return Admission::source_handshakes;
    }
    if (reaches(used.connections, settings_.connections_per_source)) {
      return Admission::source_connections;
    }
    sources_[source] = {used.handshakes + 1, used.connections + 1};
  }
  ++in_flight;
  return Admission::admitted;
}

void HandshakeGovernor::handshake_over(ListenerId listener, const Source& source) {
  std::uint32_t& in_flight = in_flight_[listener];
  if (in_flight > 0) --in_flight;
  const auto found = sources_.find(source);
  if (found == sources_.end()) return;
  if (found->second.handshakes > 0) --found->second.handshakes;
  forget_if_idle(source);
}

void HandshakeGovernor::connection_over(const Source& source) {
  const auto found = sources_.find(source);
  if (found == sources_.end()) return;
  if (found->second.connections > 0) --found->second.connections;
  forget_if_idle(source);
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
