// The doctor's look at the running box, out of its health pages. Pure.
#pragma once

#include <string_view>

#include "admin/doctor/finding.hpp"

namespace ringfence::admin {

// Processes, listeners, certificates, trunks as the box itself sees them, and what it says of the
// configuration.
Findings findings_of_health(std::string_view health, std::string_view tls_health);

}  // namespace ringfence::admin
