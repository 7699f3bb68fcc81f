// TargetOutcomes: what responses, timeouts and failures tell about the targets of trunks
// (RFC 3263 §4.3, R097). Turns a transaction's event into a mark at the target that it went to.
// Owned by the engine; pure.
#pragma once

#include "sip-core/engine/connections.hpp"
#include "sip-core/location/trunk_locations.hpp"
#include "sip-core/transaction/transaction_layer.hpp"

namespace ringfence::sip_core {

class TargetOutcomes {
 public:
  // Both outlive it.
  TargetOutcomes(const Connections& connections, TrunkLocations& locations)
      : connections_(connections), locations_(locations) {}

  void on_response(const ResponseReceived& response, TimePoint now);
  void on_failure(std::optional<TrunkId> trunk, const std::optional<Flow>& sent_to, TimePoint now);
  // Requests were lost with it.
  void on_connection_broken(TrunkId trunk, const SocketAddress& remote, TimePoint now);

 private:
  // Where it went, if that is a target of the trunk's.
  std::optional<SocketAddress> target_of(TrunkId trunk, const std::optional<Flow>& sent_to) const;

  const Connections& connections_;
  TrunkLocations& locations_;
};

}  // namespace ringfence::sip_core
