// What a call is made of beside its legs and branches: its phases and timers, and what it has on
// its way. Values, owned by the call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sip-core/b2bua/leg.hpp"
#include "sip-core/engine/context.hpp"

namespace ringfence::sip_core {

enum class CallPhase : std::uint8_t {
  setting_up,  // until our final response to the caller
  answered,    // our 200 was sent
  ended,       // waits only for what is still on its way
};

enum class CallTimer : std::uint8_t {
  ring,
  destination,
  no_response,
  media,
  linger,
  repetitions,
  prack,
  ack,
  cut_short,
  session_a,
  session_b,
  renegotiate,
  summary
};
inline constexpr std::size_t kCallTimers = static_cast<std::size_t>(CallTimer::summary) + 1;

// Why a call ends by our own doing; for the Reason field and the counters.
struct EndCause {
  std::string_view name;  // "media_worker"
  int status = 500;       // for a caller who has no final response yet
};

enum class UseKind : std::uint8_t { branch, exchange, renegotiation, prack, relayed, notify, bye };
// A client transaction of ours, and what its response is for.
struct Use {
  UseKind kind = UseKind::branch;
  CallSide side = CallSide::b;  // the leg it was sent on
  std::uint32_t branch = 0;     // of kind branch
  sip::OutgoingMessage sent;
  int challenges = 0;
  std::string realm;                       // that the last credentials were for
  std::optional<RequestReceived> request;  // of kind relayed: what it relays
};
// Sent again for each copy of the 2xx that it acknowledges (RFC 3261 §13.2.2.4).
struct SentAck {
  sip::OutgoingMessage ack;
  Target target;
};
struct ByeAfterAck {
  CallSide side = CallSide::a;
  std::string reason;
};
// What a provisional response brought of the callee's media.
enum class EarlyWord : std::uint8_t { nothing, answer, repeated, offer };

}  // namespace ringfence::sip_core
