// Where a trunk is, asked of the DNS as the box asks (RFC 3263): by sip-core's own locator and
// resolver. Waits; runs a loop of its own.
#pragma once

#include <string>
#include <vector>

#include "sip-core/config/config.hpp"

namespace ringfence::admin {

struct Located {
  std::vector<SocketAddress> targets;  // in order of trial; empty: `reason` says why
  std::string reason;
  std::vector<std::string> asked;  // "SRV _sips._tcp.telco.example: 2"
};

// `name_servers`: empty: the system's.
Located locate(const sip_core::Trunk& trunk, const std::string& name_servers);

}  // namespace ringfence::admin
