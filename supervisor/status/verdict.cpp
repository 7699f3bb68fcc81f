#include "supervisor/status/verdict.hpp"

#include <algorithm>

namespace ringfence::status {

bool runs(const proto::StatusReport& report, std::string_view name_prefix) {
  return std::ranges::any_of(report.processes(), [&](const proto::ProcessStatus& process) {
    return process.name().starts_with(name_prefix) && process.state() == "running";
  });
}

std::string_view name_of(Health health) {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::degraded:
      return "degraded";
    case Health::down:
      return "down";
  }
  return "down";
}

std::string_view name_of(TlsHealth health) {
  switch (health) {
    case TlsHealth::listening:
      return "listening";
    case TlsHealth::degraded:
      return "degraded";
    case TlsHealth::down:
      return "down";
  }
  return "down";
}

bool essentials_run(const proto::StatusReport& report) {
  return runs(report, "sip-core") && runs(report, "tls-front") && runs(report, "media-worker-");
}

bool all_listeners_bound(const proto::StatusReport& report) {
  return std::ranges::all_of(report.listeners(), [](const auto& l) { return l.bound(); });
}

bool serves(const proto::StatusReport& report) {
  return essentials_run(report) && all_listeners_bound(report);
}

Health overall_health(const proto::StatusReport& report) {
  if (!essentials_run(report)) return Health::down;
  const bool all_run = std::ranges::all_of(
      report.processes(), [](const auto& process) { return process.state() == "running"; });
  const bool trunk_failed = std::ranges::any_of(
      report.trunks(), [](const auto& trunk) { return trunk.state() == "failed"; });
  if (!all_listeners_bound(report) || !all_run || trunk_failed || report.config_errors_size() > 0) {
    return Health::degraded;
  }
  return Health::ok;
}

TlsHealth tls_health(const proto::StatusReport& report) {
  const auto is_tls = [](const auto& listener) { return listener.transport() == "tls"; };
  const auto all = std::ranges::count_if(report.listeners(), is_tls);
  const auto bound = std::ranges::count_if(report.listeners(),
                                           [&](const auto& l) { return is_tls(l) && l.bound(); });
  if (!runs(report, "tls-front") || bound == 0) return TlsHealth::down;
  return bound == all ? TlsHealth::listening : TlsHealth::degraded;
}

}  // namespace ringfence::status
