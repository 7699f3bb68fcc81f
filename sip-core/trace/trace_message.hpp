// TraceMessage: one message as a trace holds it: when, which way, between whom, and its octets, in
// which every secret is masked already. Views: valid until the ring takes the next message.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/clock.hpp"
#include "runtime/socket_address.hpp"
#include "sip-core/engine/flow.hpp"

namespace ringfence::sip_core::trace {

enum class Direction : std::uint8_t { received, sent };

struct TraceMessage {
  WallTime time;
  Direction direction = Direction::received;
  TransportKind transport = TransportKind::udp;
  SocketAddress local;
  SocketAddress remote;
  std::string_view octets;
  std::string_view call_id;  // within `octets`
};

}  // namespace ringfence::sip_core::trace
