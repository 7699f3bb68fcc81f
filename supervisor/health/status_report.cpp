#include "supervisor/health/status_report.hpp"

#include <algorithm>

namespace ringfence::supervisor {
namespace {

void add_listeners(const std::map<RowId, ListenerSet::Held>& listeners,
                   proto::StatusReport& report) {
  for (const auto& [id, held] : listeners) {
    proto::ListenerStatus& status = *report.add_listeners();
    status.set_id(id);
    status.set_name(held.row.name());
    status.set_side(held.row.side());
    status.set_transport(held.row.transport());
    status.set_address(held.row.address());
    status.set_port(held.row.port());
    status.set_bound(bool(held.socket));
    status.set_error(held.error);
  }
}

const proto::TrunkHealth* health_of(const proto::SipCoreHealth* sip_core, RowId trunk) {
  if (sip_core == nullptr) return nullptr;
  const auto found = std::ranges::find_if(
      sip_core->trunks(), [&](const auto& health) { return health.trunk_id() == trunk; });
  return found == sip_core->trunks().end() ? nullptr : &*found;
}

void add_trunk(const proto::Trunk& trunk, const std::string& tenant, const StatusSources& sources,
               proto::StatusReport& report) {
  proto::TrunkStatus& status = *report.add_trunks();
  status.set_tenant(tenant);
  status.set_label(trunk.label());
  status.set_transport(trunk.tls() ? "tls" : trunk.transport());
  if (const auto* health = health_of(sources.sip_core, trunk.id())) {
    status.set_state(health->state());
    if (!health->transport().empty()) status.set_transport(health->transport());
    status.set_last_error(health->last_error());
  } else if (sources.sip_core == nullptr) {
    status.set_state("down");
    status.set_last_error("sip-core is not running");
  } else {
    status.set_state(trunk.register_() ? "registering" : "down");
  }
}

void add_trunks(const StatusSources& sources, proto::StatusReport& report) {
  std::map<RowId, std::string> tenants;
  for (const auto& tenant : sources.config->tenants)
    tenants[tenant.id()] = tenant.name();
  for (const auto& trunk : sources.config->trunks) {
    add_trunk(trunk, tenants[trunk.tenant_id()], sources, report);
  }
  for (const auto& [id, trunk] : sources.config->disabled.trunks) {
    const auto tenant = tenants.find(trunk.tenant_id);
    if (tenant == tenants.end()) continue;
    proto::TrunkStatus& status = *report.add_trunks();
    status.set_tenant(tenant->second);
    status.set_label(trunk.name);
    status.set_state("disabled");
  }
}

void add_problem(const Problem& problem, proto::ConfigProblem& out) {
  out.set_table(problem.table);
  out.set_id(problem.id);
  out.set_column(problem.column);
  out.set_message(problem.message);
}

}  // namespace

proto::StatusReport status_report(const StatusSources& sources) {
  proto::StatusReport report;
  for (const auto& process : sources.processes)
    *report.add_processes() = process;
  add_listeners(*sources.listeners, report);
  add_trunks(sources, report);
  if (sources.sip_core != nullptr) {
    report.set_calls_active(sources.sip_core->calls_active());
    report.set_registrations_active(sources.sip_core->registrations_active());
  }
  if (sources.tls_front != nullptr) *report.mutable_tls() = *sources.tls_front;
  report.set_config_revision(sources.revision);
  for (const auto* problems : sources.errors) {
    for (const Problem& problem : *problems)
      add_problem(problem, *report.add_config_errors());
  }
  for (const auto* problems : sources.warnings) {
    for (const Problem& problem : *problems)
      add_problem(problem, *report.add_config_warnings());
  }
  report.set_blocklist_failures(setting_number(*sources.config, "blocklist_failures", 15));
  report.set_blocklist_window_s(setting_number(*sources.config, "blocklist_window_s", 300));
  report.set_blocklist_duration_s(setting_number(*sources.config, "blocklist_duration_s", 3600));
  return report;
}

}  // namespace ringfence::supervisor
