#include "sip-core/location/trunk_locations.hpp"

#include <algorithm>
#include <utility>

namespace ringfence::sip_core {
namespace {

using Standing = AvoidedTargets::Standing;

bool fits(const SocketAddress& target, std::optional<IpAddress::Family> family) {
  return !family || target.ip.family() == *family;
}

Located of_family(Located located, std::optional<IpAddress::Family> family) {
  if (located.state != Located::State::found) return located;
  std::erase_if(located.targets, [&](const SocketAddress& t) { return !fits(t, family); });
  if (!located.targets.empty()) return located;
  return {Located::State::failed, {}, "no address of the listener's family"};
}

}  // namespace

void TrunkLocations::refresh(const Config& config, TimePoint now, Actions& actions) {
  std::erase_if(places_, [&](const auto& one) { return config.trunk(one.first) == nullptr; });
  for (const Trunk& trunk : config.trunks) {
    Place& place = places_[trunk.id];
    NextHop hop = next_hop_of(trunk);
    if (place.hop != hop) place = {std::move(hop), {}, {}, false};
    locate(place, now, actions);
  }
  cache_.forget_unused(now);
}

// Nothing is forgotten while an answer is awaited.
void TrunkLocations::locate(Place& place, TimePoint now, Actions& actions) {
  Located located = locator_.locate(place.hop, now, actions);
  if (located.state == Located::State::pending) return;
  place.complete = located.state == Located::State::found && located.complete;
  place.targets = std::move(located.targets);
  place.addresses.clear();
  for (const SocketAddress& target : place.targets) {
    if (std::ranges::find(place.addresses, target.ip) == place.addresses.end()) {
      place.addresses.push_back(target.ip);
    }
  }
}

bool TrunkLocations::on_resolved(const NameResolved& event, TimePoint now, Actions& actions) {
  if (!cache_.on_resolved(event, now, actions)) return false;
  // What is found already follows at the next refresh().
  for (auto& [trunk, place] : places_) {
    if (!place.complete) locate(place, now, actions);
  }
  return true;
}

Located TrunkLocations::targets(const Trunk& trunk, std::optional<IpAddress::Family> family,
                                TimePoint now, Actions& actions) {
  Located located = of_family(locator_.locate(next_hop_of(trunk), now, actions), family);
  if (located.state != Located::State::found) return located;
  auto& targets = located.targets;
  const auto is = [&](const SocketAddress& target, Standing standing) {
    return avoided_.standing(trunk.id, target, now) == standing;
  };
  std::erase_if(targets, [&](const SocketAddress& t) { return is(t, Standing::refusing); });
  std::ranges::stable_partition(targets,
                                [&](const SocketAddress& t) { return is(t, Standing::good); });
  if (!targets.empty()) return located;
  return {Located::State::failed, {}, "the trunk asked to be left alone for a while"};
}

Located TrunkLocations::next_hop(const sip::Uri& uri, TransportKind transport,
                                 std::optional<IpAddress::Family> family, TimePoint now,
                                 Actions& actions) {
  return of_family(locator_.locate(next_hop_of(uri, transport), now, actions), family);
}

void TrunkLocations::forget_failures() {
  cache_.forget_failures();
  avoided_.forget_failures();
}

std::span<const IpAddress> TrunkLocations::addresses(TrunkId trunk) const {
  const auto found = places_.find(trunk);
  return found == places_.end() ? std::span<const IpAddress>() : found->second.addresses;
}

std::span<const SocketAddress> TrunkLocations::known_targets(TrunkId trunk) const {
  const auto found = places_.find(trunk);
  return found == places_.end() ? std::span<const SocketAddress>() : found->second.targets;
}

std::size_t TrunkLocations::good_targets(const Trunk& trunk,
                                         std::optional<IpAddress::Family> family,
                                         TimePoint now) const {
  const auto good = [&](const SocketAddress& t) {
    return fits(t, family) && avoided_.standing(trunk.id, t, now) == Standing::good;
  };
  return static_cast<std::size_t>(std::ranges::count_if(known_targets(trunk.id), good));
}

}  // namespace ringfence::sip_core
