#include "sip-core/media/address_rule.hpp"

#include <algorithm>

namespace ringfence::sip_core {

namespace {

constexpr Port kFirstUserPort = 1024;

bool is_limited_broadcast(const IpAddress& address) {
  const auto& octets = address.octets();
  return !address.is_v6() &&
         std::all_of(octets.begin(), octets.begin() + 4, [](auto o) { return o == 0xff; });
}

}  // namespace

AddressRule::AddressRule(const Config& config, const IpAddress& signalling_peer,
                         const IsLeased& is_leased)
    : config_(config),
      is_leased_(is_leased),
      peer_is_local_(signalling_peer.is_loopback() || is_own(signalling_peer)) {}

bool AddressRule::is_own(const IpAddress& address) const {
  return std::ranges::any_of(config_.listeners, [&](const Listener& l) {
    return l.address == address || l.media_address == address ||
           l.media_advertised_address == address;
  });
}

bool AddressRule::is_listener(const IpAddress& address, Port port) const {
  return std::ranges::any_of(config_.listeners, [&](const Listener& l) {
    return l.port == port && (l.address == address || l.address.is_unspecified());
  });
}

bool AddressRule::permits(const IpAddress& address, Port port) const {
  if (address.is_multicast() || address.is_link_local() || is_limited_broadcast(address)) {
    return false;
  }
  if (port < kFirstUserPort) return false;
  if (!address.is_loopback() && !is_own(address)) return true;
  // A port that we hold on that address cannot be the peer's.
  return peer_is_local_ && !is_listener(address, port) && !is_leased_(address, port);
}

}  // namespace ringfence::sip_core
