// AddressRule: where a leg's media may be sent (R174): never to multicast, link-local
// or broadcast; to loopback and our own addresses only where the leg's signalling peer is itself on
// this machine, and even then never to a port that is ours. Pure; made for one decision.
#pragma once

#include <functional>

#include "runtime/socket_address.hpp"
#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {

class AddressRule {
 public:
  using IsLeased = std::function<bool(const IpAddress&, Port)>;

  // `signalling_peer`: where the description came from. All must outlive the rule.
  AddressRule(const Config& config, const IpAddress& signalling_peer, const IsLeased& is_leased);

  bool permits(const IpAddress& address, Port port) const;

 private:
  bool is_own(const IpAddress& address) const;
  bool is_listener(const IpAddress& address, Port port) const;

  const Config& config_;
  const IsLeased& is_leased_;
  bool peer_is_local_ = false;
};

}  // namespace ringfence::sip_core
