#include "admin/doctor/doctor.hpp"

#include <fmt/format.h>

#include "admin/config/loaded_config.hpp"
#include "admin/doctor/box_checks.hpp"
#include "admin/doctor/certificate_facts.hpp"
#include "admin/doctor/machine_checks.hpp"
#include "admin/doctor/trunk_check.hpp"
#include "admin/status/health_pages.hpp"

namespace ringfence::admin {
namespace {

void append(Findings& findings, Findings more) {
  for (Finding& finding : more)
    findings.push_back(std::move(finding));
}

TrunkName name_of(const sip_core::Config& config, const sip_core::Trunk& trunk) {
  const sip_core::Tenant* tenant = config.tenant(trunk.tenant);
  return {(tenant == nullptr ? "?" : tenant->name) + "/" + trunk.label};
}

void check_config(const LoadedConfig& loaded, Findings& findings) {
  for (const supervisor::Problem& problem : loaded.errors) {
    findings.push_back({Severity::bad,
                        fmt::format("{} {} {}", problem.table, problem.id, problem.column),
                        problem.message});
  }
  if (loaded.errors.empty()) {
    findings.push_back({Severity::good, "configuration", "every row can be used"});
  }
}

// What the box says of itself, or what keeps it from starting.
void check_box(const LoadedConfig& loaded, const SocketAddress& http,
               const std::string& certificates, Findings& findings) {
  const auto health = fetch_page(http, "/health");
  const auto tls = health ? fetch_page(http, "/sip-tls/health") : Result<std::string>();
  if (health) {
    append(findings, findings_of_health(*health, tls ? *tls : std::string()));
    return;
  }
  findings.push_back({Severity::note, "box", "it does not run, or not at " + http.to_string()});
  check_config(loaded, findings);
  append(findings, check_ports(*loaded.config));
  append(findings, check_own_certificates(certificates));
}

void check_trunks(const sip_core::Config& config, const DoctorCommand& command,
                  Findings& findings) {
  auto engine = tls_front::TlsEngine::create();
  if (!engine) {
    findings.push_back({Severity::bad, "TLS", engine.error().message});
    return;
  }
  if (auto trust = read_trust(command.certificates, findings)) {
    (*engine)->set_trust(std::move(trust));
  }
  bool found = false;
  for (const sip_core::Trunk& trunk : config.trunks) {
    const TrunkName name = name_of(config, trunk);
    if (!command.trunk.empty() && command.trunk != trunk.label && command.trunk != name.full) {
      continue;
    }
    found = true;
    append(findings,
           check_trunk(trunk, name, **engine, {command.certificates, command.name_servers}));
  }
  if (!found && !command.trunk.empty()) {
    findings.push_back({Severity::bad, "trunk " + command.trunk,
                        "there is no enabled trunk of that name whose row can be used: "
                        "'ringfencectl trunk list' shows all"});
  }
}

}  // namespace

Findings run_doctor(const std::string& database, const SocketAddress& http,
                    const DoctorCommand& command) {
  Findings findings;
  const auto loaded = load_config(database);
  if (!loaded) return {{Severity::bad, "configuration", loaded.error().message}};
  if (command.trunk.empty()) {
    findings.push_back(check_clock());
    append(findings, check_kernel());
    check_box(*loaded, http, command.certificates, findings);
  }
  check_trunks(*loaded->config, command, findings);
  return findings;
}

}  // namespace ringfence::admin
