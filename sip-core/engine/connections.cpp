#include "sip-core/engine/connections.hpp"

#include <algorithm>
#include <utility>

namespace ringfence::sip_core {

void Connections::add(Connection connection) {
  const ConnectionId id = connection.id;
  all_.insert_or_assign(id, std::move(connection));
}

std::optional<Connection> Connections::remove(ConnectionId id) {
  const auto found = all_.find(id);
  if (found == all_.end()) return std::nullopt;
  Connection connection = std::move(found->second);
  all_.erase(found);
  trunks_.erase(id);
  return connection;
}

std::vector<ConnectionId> Connections::replace_all(const std::vector<Connection>& held) {
  std::unordered_map<ConnectionId, Connection> next;
  for (const Connection& connection : held)
    next.emplace(connection.id, connection);
  std::vector<ConnectionId> gone;
  for (const auto& [id, connection] : all_) {
    if (!next.contains(id)) gone.push_back(id);
  }
  std::ranges::sort(gone);
  for (const ConnectionId id : gone)
    trunks_.erase(id);
  all_ = std::move(next);
  return gone;
}

const Connection* Connections::find(ConnectionId id) const {
  const auto found = all_.find(id);
  return found == all_.end() ? nullptr : &found->second;
}

bool Connections::usable(const Flow& flow) const {
  const auto* id = std::get_if<ConnectionId>(&flow);
  return id == nullptr || find(*id) != nullptr;
}

std::optional<ListenerId> Connections::listener_of(const Flow& flow) const {
  if (const auto* udp = std::get_if<UdpFlow>(&flow)) return udp->listener;
  const Connection* connection = find(std::get<ConnectionId>(flow));
  return connection == nullptr ? std::nullopt : std::optional(connection->listener);
}

std::optional<TransportKind> Connections::transport_of(const Flow& flow) const {
  if (std::holds_alternative<UdpFlow>(flow)) return TransportKind::udp;
  const Connection* connection = find(std::get<ConnectionId>(flow));
  return connection == nullptr ? std::nullopt : std::optional(connection->transport);
}

std::optional<SocketAddress> Connections::remote_of(const Flow& flow) const {
  if (const auto* udp = std::get_if<UdpFlow>(&flow)) return udp->remote;
  const Connection* connection = find(std::get<ConnectionId>(flow));
  return connection == nullptr ? std::nullopt : std::optional(connection->remote);
}

bool Connections::Use::serves(const Trunk& row) const {
  return trunk == row.id && host == row.next_host() && port == row.next_port() &&
         transport == row.transport() && tls_verify == row.tls_verify &&
         client_certificate == row.client_certificate;
}

void Connections::assign(ConnectionId id, const Trunk& trunk) {
  if (!all_.contains(id)) return;
  trunks_.insert_or_assign(id, Use{trunk.id, trunk.next_host(), trunk.next_port(),
                                   trunk.transport(), trunk.tls_verify, trunk.client_certificate});
}

std::optional<TrunkId> Connections::trunk_of(ConnectionId id) const {
  const auto found = trunks_.find(id);
  return found == trunks_.end() ? std::nullopt : std::optional(found->second.trunk);
}

std::vector<ConnectionId> Connections::dialled_for(TrunkId trunk) const {
  std::vector<ConnectionId> all;
  for (const auto& [id, use] : trunks_) {
    if (use.trunk == trunk) all.push_back(id);
  }
  std::ranges::sort(all);
  return all;
}

}  // namespace ringfence::sip_core
