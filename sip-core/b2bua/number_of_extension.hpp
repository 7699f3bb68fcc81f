// Which number an extension is known by outside: the first one that leads to it. A pure look-up.
#pragma once

#include <string>
#include <string_view>

#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {

// nullptr: no number leads to it.
inline const Did* number_of_extension(const Config& config, TenantId tenant,
                                      std::string_view username) {
  return config.did_to(tenant, "ext:" + std::string(username));
}

}  // namespace ringfence::sip_core
