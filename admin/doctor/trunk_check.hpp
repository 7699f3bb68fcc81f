// The doctor's look at one trunk: its name in the DNS, the connection, the certificate as the box
// judges it, OPTIONS, and the password where it registers. It asks as the box would, changes
// nothing at the carrier, and leaves the trunk's own registration alone.
#pragma once

#include <string>

#include "admin/doctor/advice.hpp"
#include "admin/doctor/finding.hpp"
#include "sip-core/config/config.hpp"
#include "tls-front/tls/tls_engine.hpp"

namespace ringfence::admin {

struct TrunkCheckPlaces {
  std::string certificates;  // --certs: client certificates
  std::string name_servers;  // empty: the system's
};

// The trust anchors are the engine's.
Findings check_trunk(const sip_core::Trunk& trunk, const TrunkName& name,
                     const tls_front::TlsEngine& engine, const TrunkCheckPlaces& places);

}  // namespace ringfence::admin
