// The doctor's look at the machine: clock, ports, kernel. Reads only.
#pragma once

#include <string_view>

#include "admin/doctor/finding.hpp"
#include "sip-core/config/config.hpp"

namespace ringfence::admin {

Finding check_clock();
// Whether somebody else holds a listener's port; for a box that does not run.
Findings check_ports(const sip_core::Config& config);
Findings check_kernel();

// Whether /proc/modules names the module that rewrites SIP behind our back. Pure.
bool lists_sip_helper(std::string_view modules);

}  // namespace ringfence::admin
