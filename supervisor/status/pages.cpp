#include "supervisor/status/pages.hpp"

#include <fmt/chrono.h>

#include <map>
#include <nlohmann/json.hpp>

#include "supervisor/status/verdict.hpp"

namespace ringfence::status {
namespace {

using nlohmann::ordered_json;

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kExpirySoonDays = 14;

std::int64_t unix_seconds(WallTime now) {
  return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
}

std::int64_t days_left(const proto::CertificateHealth& certificate, WallTime now) {
  const std::int64_t left = certificate.not_after_unix() - unix_seconds(now);
  return left >= 0 ? left / kSecondsPerDay : -((-left + kSecondsPerDay - 1) / kSecondsPerDay);
}

std::string iso_time(std::int64_t seconds) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::string dump(const ordered_json& json) {
  // Names and reasons may hold any octets.
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json processes(const proto::StatusReport& report, WallTime now) {
  ordered_json list = ordered_json::array();
  for (const auto& process : report.processes()) {
    const std::int64_t started = process.started_unix_ms() / 1000;
    const std::int64_t uptime =
        started == 0 ? 0 : std::max<std::int64_t>(0, unix_seconds(now) - started);
    list.push_back({{"name", process.name()},
                    {"pid", process.pid()},
                    {"state", process.state()},
                    {"restarts", process.restarts()},
                    {"uptime_s", uptime},
                    {"confinement", process.confinement()}});
  }
  return list;
}

ordered_json listeners(const proto::StatusReport& report) {
  ordered_json list = ordered_json::array();
  for (const auto& listener : report.listeners()) {
    ordered_json entry = {{"id", listener.id()},
                          {"name", listener.name()},
                          {"side", listener.side()},
                          {"transport", listener.transport()},
                          {"address", listener.address()},
                          {"port", listener.port()},
                          {"state", listener.bound() ? "bound" : "failed"}};
    if (!listener.error().empty()) entry["error"] = listener.error();
    list.push_back(std::move(entry));
  }
  return list;
}

ordered_json trunks(const proto::StatusReport& report) {
  ordered_json list = ordered_json::array();
  for (const auto& trunk : report.trunks()) {
    list.push_back({{"tenant", trunk.tenant()},
                    {"label", trunk.label()},
                    {"state", trunk.state()},
                    {"transport", trunk.transport()},
                    {"last_error", trunk.last_error()}});
  }
  return list;
}

ordered_json problem(const std::string& table, std::uint64_t id, const std::string& column,
                     const std::string& message) {
  return {{"table", table}, {"id", id}, {"column", column}, {"message", message}};
}

ordered_json problems(const auto& list) {
  ordered_json out = ordered_json::array();
  for (const auto& entry : list) {
    out.push_back(problem(entry.table(), entry.id(), entry.column(), entry.message()));
  }
  return out;
}

// What tls-front says of the pairs that it was given.
void add_certificate_warnings(const proto::StatusReport& report, WallTime now, ordered_json& out) {
  for (const auto& certificate : report.tls().certificates()) {
    const std::string& sni = certificate.sni();
    if (!certificate.error().empty()) {
      out.push_back(problem("certificates", 0, sni, certificate.error()));
    }
    for (const std::string& warning : certificate.warnings())
      out.push_back(problem("certificates", 0, sni, warning));
    if (certificate.not_after_unix() == 0) continue;
    const std::int64_t left = days_left(certificate, now);
    if (left > kExpirySoonDays) continue;
    out.push_back(
        problem("certificates", 0, sni,
                (left < 0 ? "the certificate expired on " : "the certificate expires on ") +
                    iso_time(certificate.not_after_unix())));
  }
}

ordered_json ports(const proto::StatusReport& report) {
  std::map<std::uint64_t, const proto::PortHealth*> counts;
  for (const auto& port : report.tls().ports())
    counts[port.listener_id()] = &port;
  ordered_json list = ordered_json::array();
  for (const auto& listener : report.listeners()) {
    if (listener.transport() != "tls") continue;
    const auto found = counts.find(listener.id());
    const proto::PortHealth& count =
        found == counts.end() ? proto::PortHealth::default_instance() : *found->second;
    ordered_json entry = {{"port", listener.port()},
                          {"side", listener.side()},
                          {"state", listener.bound() ? "listening" : "failed"},
                          {"handshakes_ok", count.handshakes_ok()},
                          {"handshakes_failed", count.handshakes_failed()},
                          {"in_flight", count.in_flight()},
                          {"over_cap", count.over_cap()},
                          {"address", listener.address()}};
    if (!listener.error().empty()) entry["error"] = listener.error();
    list.push_back(std::move(entry));
  }
  return list;
}

ordered_json certificates(const proto::StatusReport& report, WallTime now) {
  ordered_json list = ordered_json::array();
  for (const auto& certificate : report.tls().certificates()) {
    ordered_json entry = {{"sni", certificate.sni()},
                          {"thumbprint_sha256", certificate.thumbprint_sha256()}};
    if (certificate.not_after_unix() != 0) {
      entry["not_after"] = iso_time(certificate.not_after_unix());
      entry["days_left"] = days_left(certificate, now);
    } else {
      entry["not_after"] = nullptr;
      entry["days_left"] = nullptr;
    }
    entry["key"] = certificate.key_type();
    entry["confirmed"] = certificate.confirmed();
    entry["ocsp_stapled"] = certificate.stapled();
    if (!certificate.error().empty()) entry["error"] = certificate.error();
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace

std::string blocklist_policy(const proto::StatusReport& report) {
  return fmt::format(
      "A source with more than {} failed TLS handshakes within {} s is refused on every TLS and "
      "TCP "
      "port for {} s; private, loopback and link-local sources are never blocked.",
      report.blocklist_failures(), report.blocklist_window_s(), report.blocklist_duration_s());
}

std::string health_page(const proto::StatusReport& report, WallTime now) {
  ordered_json warnings = problems(report.config_warnings());
  add_certificate_warnings(report, now, warnings);
  return dump({{"status", name_of(overall_health(report))},
               {"draining", report.draining()},
               {"processes", processes(report, now)},
               {"calls", {{"active", report.calls_active()}}},
               {"registrations", {{"active", report.registrations_active()}}},
               {"trunks", trunks(report)},
               {"listeners", listeners(report)},
               {"config",
                {{"revision", report.config_revision()},
                 {"errors", problems(report.config_errors())},
                 {"warnings", std::move(warnings)}}}});
}

std::string tls_health_page(const proto::StatusReport& report, WallTime now) {
  std::uint64_t handshakes = 0;
  for (const auto& port : report.tls().ports())
    handshakes += port.handshakes_ok() + port.handshakes_failed();
  return dump({{"status", name_of(tls_health(report))},
               {"ports", ports(report)},
               {"certificates", certificates(report, now)},
               {"handshakes_total", handshakes},
               {"connections", report.tls().connections()},
               {"autoblocklist",
                {{"active", report.tls().blocklist_active()},
                 {"lifetime", report.tls().blocklist_lifetime()},
                 {"policy", blocklist_policy(report)}}}});
}

HttpResponse answer(const HttpRead& request, const proto::StatusReport& report, WallTime now) {
  constexpr std::string_view kJson = "application/json";
  if (const auto* bad = std::get_if<BadRequest>(&request)) {
    return {bad->status, kJson, dump({{"error", bad->reason}})};
  }
  const std::string path = std::holds_alternative<GetRequest>(request)
                               ? std::get<GetRequest>(request).path
                               : std::string();
  if (path == "/health") return {serves(report) ? 200 : 503, kJson, health_page(report, now)};
  if (path == "/sip-tls/health") {
    const bool down = tls_health(report) == TlsHealth::down;
    return {down ? 503 : 200, kJson, tls_health_page(report, now)};
  }
  if (path == "/metrics") {
    return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_page(report, now)};
  }
  return {404, kJson, dump({{"error", "there are /health, /sip-tls/health and /metrics"}})};
}

}  // namespace ringfence::status
