// Which number an extension is known by outside: the first one that leads to it. Pure look-ups.
#pragma once

#include <algorithm>
#include <string_view>

#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {

inline bool leads_to(const Did& did, TenantId tenant, std::string_view username) {
  constexpr std::string_view kToExtension = "ext:";
  const std::string_view target = did.target;
  return did.tenant == tenant && target.starts_with(kToExtension) &&
         target.substr(kToExtension.size()) == username;
}

// nullptr: no number leads to it.
inline const Did* number_of_extension(const Config& config, TenantId tenant,
                                      std::string_view username) {
  const auto found = std::ranges::find_if(
      config.dids, [&](const Did& did) { return leads_to(did, tenant, username); });
  return found == config.dids.end() ? nullptr : &*found;
}

}  // namespace ringfence::sip_core
