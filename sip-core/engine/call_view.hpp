// CallView: a call as an operator sees it in a list: who, over which trunk, how far, and what
// protects each leg. Values with names in place of numbers; no key and no address of media.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/clock.hpp"
#include "sip-core/engine/call_number.hpp"
#include "sip-core/engine/flow.hpp"

namespace ringfence::sip_core {

enum class CallState : std::uint8_t { calling, early, answered, ending };

struct LegView {
  std::string call_id;
  TransportKind transport = TransportKind::udp;
  std::optional<SocketAddress> remote;  // absent: not known yet
  std::string extension;                // empty: a trunk's leg
  std::string trunk;                    // its label; empty: an extension's leg
  std::string srtp_suite;               // empty: plain RTP, or nothing agreed yet
};

struct CallView {
  CallNumber number;
  CallState state = CallState::calling;
  std::string tenant;
  std::string from;  // user part of the caller's From
  std::string to;    // as dialled
  WallTime begun;
  LegView a;
  std::optional<LegView> b;  // once answered, or the only branch that rings
};

}  // namespace ringfence::sip_core
