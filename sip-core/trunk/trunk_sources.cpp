#include "sip-core/trunk/trunk_sources.hpp"

#include <algorithm>

namespace ringfence::sip_core {

std::vector<IpNetwork> trunk_sources(const Config& config, const TrunkFacts& facts) {
  std::vector<IpNetwork> sources;
  for (const Trunk& trunk : config.trunks) {
    sources.insert(sources.end(), trunk.source_cidrs.begin(), trunk.source_cidrs.end());
    for (const IpAddress& address : facts.addresses(trunk.id)) {
      const std::uint8_t whole = address.is_v6() ? 128 : 32;
      sources.push_back({address, whole});
    }
  }
  std::ranges::sort(sources);
  const auto repeated = std::ranges::unique(sources);
  sources.erase(repeated.begin(), repeated.end());
  return sources;
}

}  // namespace ringfence::sip_core
