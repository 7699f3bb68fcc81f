// TrunkLocations: where the trunks are. Their hosts are located ahead and again as the answers run
// out, so that no call waits for the DNS and the source of a trunk's request can be judged at once.
// Knows which targets to avoid. Next hops within dialogs are located as they come up. Owned by the
// engine; pure.
#pragma once

#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "sip-core/location/avoided_targets.hpp"
#include "sip-core/location/locator.hpp"

namespace ringfence::sip_core {

class TrunkLocations {
 public:
  TrunkLocations(Identifiers& ids, Random& random) : cache_(ids), locator_(cache_, random) {}

  // After each change of the configuration, and every few seconds: looks up what is due.
  void refresh(const Config& config, TimePoint now, Actions& actions);
  // True: those who wait for a location should look again.
  bool on_resolved(const NameResolved& event, TimePoint now, Actions& actions);

  // In order of trial, those that failed lately behind the others; those that asked to be left
  // alone are not there. `family`: of the socket that will be used; absent: any.
  Located targets(const Trunk& trunk, std::optional<IpAddress::Family> family, TimePoint now,
                  Actions& actions);
  // For a request within a dialog; nothing is avoided.
  Located next_hop(const sip::Uri& uri, TransportKind transport,
                   std::optional<IpAddress::Family> family, TimePoint now, Actions& actions);

  // As of the last look-up.
  std::span<const IpAddress> addresses(TrunkId trunk) const;
  std::span<const SocketAddress> known_targets(TrunkId trunk) const;
  // How many of the trunk's targets did not fail lately.
  std::size_t good_targets(const Trunk& trunk, std::optional<IpAddress::Family> family,
                           TimePoint now) const;

  // Of targets and of name servers.
  void forget_failures();

  AvoidedTargets& avoided() { return avoided_; }
  const AvoidedTargets& avoided() const { return avoided_; }

 private:
  struct Place {
    NextHop hop;
    std::vector<SocketAddress> targets;
    std::vector<IpAddress> addresses;
    bool complete = false;
  };
  void locate(Place& place, TimePoint now, Actions& actions);

  DnsCache cache_;
  Locator locator_;
  AvoidedTargets avoided_;
  std::unordered_map<TrunkId, Place> places_;
};

}  // namespace ringfence::sip_core
