// FlowHash: for tables by flow.
#pragma once

#include <cstddef>
#include <functional>

#include "sip-core/engine/flow.hpp"

namespace ringfence::sip_core {

struct FlowHash {
  std::size_t operator()(const Flow& flow) const noexcept {
    if (const auto* udp = std::get_if<UdpFlow>(&flow)) {
      const std::size_t listener = udp->listener.value * 0x9e37'79b9'7f4a'7c15ULL;
      return listener ^ std::hash<SocketAddress>{}(udp->remote);
    }
    return std::hash<ConnectionId>{}(std::get<ConnectionId>(flow));
  }
};

}  // namespace ringfence::sip_core
