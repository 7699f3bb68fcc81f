// LoadedConfig: the configuration database as the box would take it up: read and judged by the
// supervisor's own code, compiled by sip-core's. Rows that cannot be used are left out and told.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/result.hpp"
#include "sip-core/config/config.hpp"
#include "supervisor/config/config.hpp"

namespace ringfence::admin {

struct LoadedConfig {
  std::shared_ptr<const sip_core::Config> config;
  std::vector<supervisor::Problem> errors;
};

// The file is not changed. Errors: unreadable, or no configuration database.
Result<LoadedConfig> load_config(const std::string& path);

// The tenant of that name or domain; the only one where `name` is empty.
Result<const sip_core::Tenant*> tenant_named(const sip_core::Config& config, std::string_view name);

}  // namespace ringfence::admin
