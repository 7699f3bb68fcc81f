// What works and is probably not meant: for config.warnings of /health and one WRN line each. Pure.
#pragma once

#include <vector>

#include "supervisor/config/config_validator.hpp"

namespace ringfence::supervisor {

std::vector<Problem> config_warnings(const Config& config, const Surroundings& surroundings);

}  // namespace ringfence::supervisor
