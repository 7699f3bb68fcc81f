// The configuration of the simulations: tenant demo.example with alice and bob; three trunks:
// carrier (UDP, registers), backup (UDP, next route), secure (TLS and SRTP); a DID for alice.
#pragma once

#include "sip-core/config/config.hpp"

namespace ringfence::sip_core::simulation {

inline constexpr ListenerId kTrunkUdp{1};
inline constexpr ListenerId kTrunkTls{2};
inline constexpr ListenerId kPublicUdp{3};
inline constexpr ListenerId kPublicTls{4};
inline constexpr TenantId kDemo{1};
inline constexpr TrunkId kCarrier{1};
inline constexpr TrunkId kBackup{2};
inline constexpr TrunkId kSecure{3};

Config demo_config();

}  // namespace ringfence::sip_core::simulation
