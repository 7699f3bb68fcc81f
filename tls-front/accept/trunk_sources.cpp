#include "tls-front/accept/trunk_sources.hpp"

#include <algorithm>

namespace ringfence::tls_front {
namespace {

IpAddress network_of(const IpAddress& address, std::uint8_t prefix) {
  auto octets = address.octets();
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const int kept = std::clamp(prefix - static_cast<int>(i) * 8, 0, 8);
    octets[i] = static_cast<std::uint8_t>(octets[i] & (0xff << (8 - kept)));
  }
  // From zeroed bits of an address always an address; the fallback is never taken.
  return IpAddress::from_bytes(address.family(), octets.data()).value_or(address);
}

}  // namespace

void TrunkSources::replace(std::span<const IpNetwork> networks) {
  networks_.clear();
  for (const IpNetwork& network : networks) {
    networks_[{network.address.family(), network.prefix}].insert(
        network_of(network.address, network.prefix));
  }
}

bool TrunkSources::contain(const IpAddress& address) const {
  return std::ranges::any_of(networks_, [&](const auto& entry) {
    const auto& [family, prefix] = entry.first;
    return family == address.family() && entry.second.contains(network_of(address, prefix));
  });
}

}  // namespace ringfence::tls_front
