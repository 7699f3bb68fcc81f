// identify_trunk: the trunk that an inbound request belongs to, in this order: the
// connection that we made, the Contact's random user part (if the source fits), the verified
// client certificate, the exact resolved target, the longest source_cidrs or the host's addresses.
// Pure. Several left: the tenant that owns the called DID, else the lowest id.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {

// What is known of trunks beyond their rows: where their hosts resolve to now, and the user part
// of the Contact that we registered for each.
class TrunkFacts {
 public:
  virtual ~TrunkFacts() = default;
  virtual std::span<const IpAddress> addresses(TrunkId trunk) const = 0;
  // Addresses with the ports that the DNS gave them.
  virtual std::span<const SocketAddress> targets(TrunkId) const { return {}; }
  // Whether one of them is left that did not fail lately.
  virtual bool has_good_target(TrunkId) const { return false; }
  virtual std::string_view contact_user(TrunkId trunk) const = 0;  // "" when none
  // Whether it does not answer our OPTIONS.
  virtual bool is_silent(TrunkId) const { return false; }
  // What its edge said of media security; empty: nothing yet.
  virtual std::span<const std::string> media_security(TrunkId) const { return {}; }
  // What its registrar wants calls to be routed by (RFC 3608); empty: nothing in particular.
  virtual std::span<const std::string> service_route(TrunkId) const { return {}; }
};

struct TrunkEvidence {
  ListenerId listener;
  SocketAddress remote;
  std::optional<TrunkId> connection_of;         // we dialled this connection for that trunk
  std::span<const std::string> verified_names;  // of the peer's certificate
  std::string_view request_user;                // decoded user of the Request-URI
};

struct TrunkMatch {
  TrunkId trunk;
  bool ambiguous = false;  // several were left and the lowest id was taken: one WRN
};

// Whether a name that a certificate was verified for ("host" or "sip:host", RFC 5922 §7.1) is the
// trunk's host or its outbound proxy.
bool is_name_of(std::string_view verified_name, const Trunk& trunk);

std::optional<TrunkMatch> identify_trunk(const Config& config, const TrunkFacts& facts,
                                         const TrunkEvidence& evidence);

}  // namespace ringfence::sip_core
