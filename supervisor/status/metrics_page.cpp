// /metrics in the Prometheus text format, version 0.0.4.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <vector>

#include "supervisor/status/pages.hpp"
#include "supervisor/status/verdict.hpp"

namespace ringfence::status {
namespace {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

// Collects samples by metric, for a metric's samples must stand together.
class Metrics {
 public:
  void add(std::string_view name, std::string_view type, std::string_view help, Labels labels,
           std::int64_t value) {
    const auto [place, is_new] = index_.try_emplace(std::string(name), metrics_.size());
    if (is_new) {
      metrics_.push_back(
          fmt::format("# HELP ringfence_{0} {1}\n# TYPE ringfence_{0} {2}\n", name, help, type));
    }
    metrics_[place->second] += fmt::format("ringfence_{}{} {}\n", name, written(labels), value);
  }
  std::string text() const {
    std::string out;
    for (const std::string& metric : metrics_)
      out += metric;
    return out;
  }

 private:
  static std::string escaped(std::string_view value) {
    std::string out;
    for (const char c : value) {
      const auto octet = static_cast<unsigned char>(c);
      if (c == '\\' || c == '"') {
        out += {'\\', c};
      } else if (octet < 0x20 || octet >= 0x7f) {
        out += '?';
      } else {
        out += c;
      }
    }
    return out;
  }
  static std::string written(const Labels& labels) {
    std::string out;
    for (const auto& [name, value] : labels) {
      out += fmt::format("{}{}=\"{}\"", out.empty() ? "{" : ",", name, escaped(value));
    }
    return out.empty() ? out : out + "}";
  }

  std::map<std::string, std::size_t> index_;
  std::vector<std::string> metrics_;
};

std::string metric_name(std::string_view counter) {
  std::string name(counter);
  std::ranges::replace_if(
      name,
      [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '_');
      },
      '_');
  return name;
}

std::int64_t number(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

void add_processes(const proto::StatusReport& report, WallTime now, Metrics& metrics) {
  const auto now_s = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
  for (const auto& process : report.processes()) {
    const Labels labels{{"process", process.name()}};
    metrics.add("process_up", "gauge", "1 while the process serves.", labels,
                process.state() == "running" ? 1 : 0);
    metrics.add("process_restarts_total", "counter", "Restarts of the process.", labels,
                process.restarts());
    const std::int64_t started = process.started_unix_ms() / 1000;
    metrics.add("process_uptime_seconds", "gauge", "Seconds since the process started.", labels,
                started == 0 ? 0 : now_s.count() - started);
  }
}

void add_counters(const proto::StatusReport& report, Metrics& metrics) {
  for (const auto& process : report.processes()) {
    const std::map<std::string, std::uint64_t> ordered(process.counters().begin(),
                                                       process.counters().end());
    for (const auto& [counter, value] : ordered) {
      metrics.add(metric_name(counter), counter.ends_with("_total") ? "counter" : "gauge",
                  "Counted by the process.", {{"process", process.name()}}, number(value));
    }
  }
}

void add_tls(const proto::StatusReport& report, Metrics& metrics) {
  std::map<std::uint64_t, const proto::ListenerStatus*> listeners;
  for (const auto& listener : report.listeners())
    listeners[listener.id()] = &listener;
  for (const auto& port : report.tls().ports()) {
    const auto found = listeners.find(port.listener_id());
    if (found == listeners.end()) continue;
    const Labels labels{{"port", std::to_string(found->second->port())},
                        {"side", found->second->side()}};
    Labels ok = labels;
    ok.emplace_back("result", "ok");
    Labels failed = labels;
    failed.emplace_back("result", "failed");
    constexpr std::string_view kHelp = "TLS handshakes by outcome.";
    metrics.add("tls_handshakes_total", "counter", kHelp, ok, number(port.handshakes_ok()));
    metrics.add("tls_handshakes_total", "counter", kHelp, failed, number(port.handshakes_failed()));
    metrics.add("tls_handshakes_in_flight", "gauge", "TLS handshakes in flight.", labels,
                port.in_flight());
    metrics.add("tls_over_cap_total", "counter", "Connections reset because the cap was reached.",
                labels, number(port.over_cap()));
  }
  metrics.add("connections", "gauge", "Open stream connections.", {}, report.tls().connections());
  metrics.add("blocklist_active", "gauge", "Sources blocked now.", {},
              report.tls().blocklist_active());
  metrics.add("blocklist_blocked_total", "counter", "Sources blocked since the start.", {},
              number(report.tls().blocklist_lifetime()));
}

}  // namespace

std::string metrics_page(const proto::StatusReport& report, WallTime now) {
  Metrics metrics;
  metrics.add("up", "gauge", "1 while /health answers 200.", {}, serves(report) ? 1 : 0);
  metrics.add("calls_active", "gauge", "Confirmed and early calls.", {}, report.calls_active());
  metrics.add("registrations_active", "gauge", "Registered contacts.", {},
              report.registrations_active());
  metrics.add("config_revision", "gauge", "Revision of the configuration in force.", {},
              number(report.config_revision()));
  metrics.add("config_errors", "gauge", "Rows that cannot be used.", {},
              report.config_errors_size());
  metrics.add("config_warnings", "gauge", "Doubtful rows.", {}, report.config_warnings_size());
  add_processes(report, now, metrics);
  for (const auto& listener : report.listeners()) {
    metrics.add("listener_bound", "gauge", "1 while the listener's port is bound.",
                {{"listener", listener.name()}, {"port", std::to_string(listener.port())}},
                listener.bound() ? 1 : 0);
  }
  for (const auto& trunk : report.trunks()) {
    metrics.add("trunk_up", "gauge", "1 while the trunk is registered or up.",
                {{"tenant", trunk.tenant()}, {"trunk", trunk.label()}},
                trunk.state() == "registered" || trunk.state() == "up" ? 1 : 0);
  }
  add_tls(report, metrics);
  for (const auto& certificate : report.tls().certificates()) {
    metrics.add("certificate_not_after_seconds", "gauge", "When the certificate ends, Unix time.",
                {{"sni", certificate.sni()}, {"key", certificate.key_type()}},
                certificate.not_after_unix());
  }
  add_counters(report, metrics);
  return metrics.text();
}

}  // namespace ringfence::status
