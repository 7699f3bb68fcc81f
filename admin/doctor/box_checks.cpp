#include "admin/doctor/box_checks.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace ringfence::admin {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

const Json& list_of(const Json& object, const char* name) {
  static const Json kNone = Json::array();
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? *found : kNone;
}

void tell_processes(const Json& health, Findings& findings) {
  std::size_t well = 0;
  for (const Json& process : list_of(health, "processes")) {
    const std::string state = text_of(process, "state");
    if (state == "running") {
      ++well;
      continue;
    }
    findings.push_back({Severity::bad, "process " + text_of(process, "name"),
                        "it is " + state + "; its last lines in the log say why"});
  }
  findings.push_back({Severity::good, "box", fmt::format("it runs, {} processes", well)});
}

void tell_listeners(const Json& health, Findings& findings) {
  for (const Json& listener : list_of(health, "listeners")) {
    const std::string place = text_of(listener, "transport") + " " + text_of(listener, "address") +
                              ":" + text_of(listener, "port");
    const bool bound = text_of(listener, "state") == "bound";
    findings.push_back({bound ? Severity::good : Severity::bad,
                        "listener " + text_of(listener, "name"),
                        bound ? place + " is open" : place + ": " + text_of(listener, "error")});
  }
}

void tell_problems(const Json& health, const char* list, Severity severity, Findings& findings) {
  const auto config = health.find("config");
  if (config == health.end() || !config->is_object()) return;
  for (const Json& problem : list_of(*config, list)) {
    findings.push_back({severity,
                        fmt::format("{} {} {}", text_of(problem, "table"), text_of(problem, "id"),
                                    text_of(problem, "column")),
                        text_of(problem, "message")});
  }
}

void tell_certificates(const Json& tls, Findings& findings) {
  for (const Json& certificate : list_of(tls, "certificates")) {
    const std::string about = "certificate " + text_of(certificate, "sni");
    const auto days = certificate.find("days_left");
    if (certificate.contains("error")) {
      findings.push_back({Severity::bad, about, text_of(certificate, "error")});
    } else if (days != certificate.end() && days->is_number_integer() && days->get<int>() >= 0) {
      findings.push_back({Severity::good, about,
                          fmt::format("valid until {}, {} days", text_of(certificate, "not_after"),
                                      days->get<int>())});
    } else {
      findings.push_back(
          {Severity::bad, about, "expired on " + text_of(certificate, "not_after") + ": renew it"});
    }
  }
}

}  // namespace

Findings findings_of_health(std::string_view health_page, std::string_view tls_page) {
  Findings findings;
  const Json health = Json::parse(health_page, nullptr, false);
  const Json tls = Json::parse(tls_page, nullptr, false);
  if (!health.is_object()) {
    return {{Severity::bad, "box", "its health page is no JSON: is --http its address?"}};
  }
  tell_processes(health, findings);
  tell_listeners(health, findings);
  if (tls.is_object()) tell_certificates(tls, findings);
  tell_problems(health, "errors", Severity::bad, findings);
  tell_problems(health, "warnings", Severity::warning, findings);
  for (const Json& trunk : list_of(health, "trunks")) {
    const std::string state = text_of(trunk, "state");
    const bool bad = state == "failed" || state == "down";
    const std::string error = text_of(trunk, "last_error");
    findings.push_back({bad ? Severity::bad : Severity::good,
                        "trunk " + text_of(trunk, "tenant") + "/" + text_of(trunk, "label"),
                        "the box says " + state + (error.empty() ? "" : ": " + error)});
  }
  return findings;
}

}  // namespace ringfence::admin
