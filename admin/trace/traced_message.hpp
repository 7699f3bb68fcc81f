// TracedMessage: one message of a trace as the admin socket tells it, read from its JSON line.
// Secrets were masked before it came here. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/clock.hpp"
#include "runtime/result.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::admin {

enum class TraceTransport : std::uint8_t { udp, tcp, tls };
std::string_view name_of(TraceTransport transport);
enum class TraceDirection : std::uint8_t { received, sent };  // as Ringfence sees it
enum class TraceLeg : std::uint8_t { none, a, b };

struct TracedMessage {
  std::chrono::nanoseconds time{};  // since 1970, UTC
  TraceDirection direction = TraceDirection::received;
  TraceTransport transport = TraceTransport::udp;
  SocketAddress local;
  SocketAddress remote;
  TraceLeg leg = TraceLeg::none;
  std::string call;     // the same for all messages of a call; empty: of none
  std::string label;    // "INVITE", "180 Ringing (INVITE)"
  std::string call_id;  // any octets, as the message too
  std::string octets;
};
struct NowLive {};  // what was held is told
struct MessagesMissed {
  std::uint64_t count = 0;
};
using TraceLine = std::variant<TracedMessage, NowLive, MessagesMissed>;

Result<TraceLine> read_trace_line(std::string_view line);

}  // namespace ringfence::admin
