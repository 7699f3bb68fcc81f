// HandshakeGovernor: who may begin a handshake, and who may hold a connection. Pure bookkeeping:
// asked once per accepted socket, told once when the handshake ends and once when the connection
// does. The cap is per port, so that a flood of one leaves the others alone; a refusal is never
// held against its source.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "tls-front/accept/blocklist.hpp"
#include "tls-front/accept/listener_id.hpp"
#include "tls-front/accept/source.hpp"
#include "tls-front/front/front_settings.hpp"

namespace ringfence::tls_front {

enum class Admission : std::uint8_t {
  admitted,
  blocked,             // the source is on the blocklist
  over_cap,            // handshake_cap on this port
  source_handshakes,   // handshakes_per_source
  source_connections,  // connections_per_source
};

// As it stands in counter names.
std::string_view name_of(Admission admission);

class HandshakeGovernor {
 public:
  HandshakeGovernor(const FrontSettings& settings, const Blocklist& blocklist)
      : settings_(settings), blocklist_(blocklist) {}

  // `admitted` takes a place in flight and one of the source's connections.
  Admission admit(ListenerId listener, const Source& source, TimePoint now);
  // Well or badly: the place in flight is free.
  void handshake_over(ListenerId listener, const Source& source);
  void connection_over(const Source& source);
  // A trunk is not limited by source: its connection no longer counts. Once per connection, and
  // then no connection_over().
  void exempt_connection(const Source& source) { connection_over(source); }

  std::uint32_t in_flight(ListenerId listener) const;

 private:
  struct Usage {
    std::uint32_t handshakes = 0;
    std::uint32_t connections = 0;
  };

  void forget_if_idle(const Source& source);

  const FrontSettings& settings_;
  const Blocklist& blocklist_;
  std::unordered_map<ListenerId, std::uint32_t> in_flight_;
  std::unordered_map<Source, Usage> sources_;  // of open connections only; private ones never
};

}  // namespace ringfence::tls_front
