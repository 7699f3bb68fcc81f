// Connections: the stream connections that tls-front holds, as it told us. Answers what a flow is:
// its transport, listener and peer. Never dials and never closes; a closed one is unknown at once.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sip-core/config/config.hpp"
#include "sip-core/engine/flow.hpp"

namespace ringfence::sip_core {

class Connections {
 public:
  void add(Connection connection);
  // What it was, if it was known.
  std::optional<Connection> remove(ConnectionId id);
  // Keeps exactly `held`; the ids of those that are gone come back.
  std::vector<ConnectionId> replace_all(const std::vector<Connection>& held);

  const Connection* find(ConnectionId id) const;  // nullptr: closed
  std::size_t size() const { return all_.size(); }

  // Whether a message could be sent there now. UDP always can.
  bool usable(const Flow& flow) const;
  // The listener whose name we speak in on this flow; nullopt for a closed connection.
  std::optional<ListenerId> listener_of(const Flow& flow) const;
  std::optional<TransportKind> transport_of(const Flow& flow) const;
  std::optional<SocketAddress> remote_of(const Flow& flow) const;

  // Connections that we dialled for a trunk: of this row, to this host, verified in this way. One
  // never serves another row, nor the same one once it wants somebody else (R079, R080).
  void assign(ConnectionId id, const Trunk& trunk);
  std::optional<TrunkId> trunk_of(ConnectionId id) const;
  std::vector<ConnectionId> dialled_for(TrunkId trunk) const;
  // The newest to a peer that `fits`.
  template <typename Fits>
  std::optional<ConnectionId> newest_of(const Trunk& trunk, Fits fits) const {
    std::optional<ConnectionId> newest;
    for (const auto& [id, use] : trunks_) {
      if (!use.serves(trunk) || (newest && id < *newest)) continue;
      if (fits(all_.at(id).remote)) newest = id;
    }
    return newest;
  }

 private:
  struct Use {
    TrunkId trunk;
    std::string host;
    Port port = 0;
    TransportKind transport = TransportKind::tls;
    std::string tls_verify;
    std::string client_certificate;
    bool serves(const Trunk& row) const;
  };
  std::unordered_map<ConnectionId, Connection> all_;
  std::unordered_map<ConnectionId, Use> trunks_;
};

}  // namespace ringfence::sip_core
