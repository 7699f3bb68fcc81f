// plan_listeners: which sockets to close and which to bind so that the sockets held become those
// that the configuration names. Pure. What did not change is not touched; a listener whose address
// or port changed is closed and bound again; one that could not be bound is tried again.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "runtime/socket_address.hpp"
#include "supervisor/config/config.hpp"

namespace ringfence::supervisor {

enum class ListenerTransport : std::uint8_t { udp, tcp, tls };

// Where a listener's socket is bound, and who holds it.
struct Endpoint {
  ListenerTransport transport = ListenerTransport::udp;
  SocketAddress address;

  auto operator<=>(const Endpoint&) const = default;
};

struct ListenerPlan {
  std::vector<RowId> close;
  std::vector<RowId> bind;
};

// Enabled listeners by id. Rows whose address is no address were refused by validation.
std::map<RowId, Endpoint> wanted_endpoints(const Config& config);

// `bound` holds what is bound now.
ListenerPlan plan_listeners(const std::map<RowId, Endpoint>& bound,
                            const std::map<RowId, Endpoint>& wanted);

}  // namespace ringfence::supervisor
