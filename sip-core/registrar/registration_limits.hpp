// RegistrationLimits: how long a registration may last: the operator's settings, and for a phone
// behind a NAT that speaks UDP a shorter time, so that its way in stays open and a phone that has
// gone is missed soon (RFC 5853 §3.4, R170). A stream needs no such thing: its end is seen.
#pragma once

#include <cstdint>

#include "sip-core/config/config.hpp"
#include "sip-core/transaction/transaction_layer.hpp"

namespace ringfence::sip_core {

struct RegistrationLimits {
  std::uint32_t min_expires_s = 60;
  std::uint32_t max_expires_s = 3600;
  std::uint32_t default_expires_s = 600;
};

RegistrationLimits limits_for(const Config& config, const RequestReceived& request);

}  // namespace ringfence::sip_core
