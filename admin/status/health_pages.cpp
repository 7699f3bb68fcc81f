#include "admin/status/health_pages.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "admin/net/blocking_socket.hpp"
#include "admin/net/http_response.hpp"

namespace ringfence::admin {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kExpirySoonDays = 14;

Result<Json> parse(std::string_view text) {
  Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded() || !document.is_object()) {
    return fail("the health page is no JSON: is this Ringfence's address?");
  }
  return document;
}

// Text of a member, whatever its type; "-" where there is none.
std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return "-";
  if (!found->is_string()) return found->dump();
  const auto& text = found->get_ref<const std::string&>();
  return text.empty() ? "-" : text;
}

std::int64_t number_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

const Json& member(const Json& object, const char* name) {
  static const Json kNone = Json::array();
  const auto found = object.find(name);
  return found == object.end() ? kNone : *found;
}

Tone tone_of_state(std::string_view state) {
  if (state == "ok" || state == "running" || state == "bound" || state == "listening" ||
      state == "registered" || state == "up") {
    return Tone::good;
  }
  if (state == "down" || state == "failed" || state == "backoff" || state == "degraded") {
    return Tone::bad;
  }
  return Tone::plain;
}

Cell state_cell(const Json& object, const char* name) {
  const std::string state = text_of(object, name);
  return Cell(state, tone_of_state(state));
}

std::string duration(std::int64_t seconds) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  if (seconds < kMinute) return fmt::format("{} s", seconds);
  if (seconds < kHour) return fmt::format("{} min", seconds / kMinute);
  if (seconds < kDay) return fmt::format("{} h {} min", seconds / kHour, seconds % kHour / kMinute);
  return fmt::format("{} d {} h", seconds / kDay, seconds % kDay / kHour);
}

// One table of the page: its titles, and a row made of each member of a list.
template <typename MakeRow>
std::string section(std::vector<TableColumn> columns, const Json& list, Colours colours,
                    MakeRow make_row) {
  TextTable table(std::move(columns));
  for (const Json& entry : list) {
    if (entry.is_object()) table.add(make_row(entry));
  }
  return table.empty() ? std::string() : "\n" + table.to_string(colours);
}

std::string processes(const Json& health, Colours colours) {
  return section({{"process"},
                  {"state"},
                  {"pid", Align::right},
                  {"up for", Align::right},
                  {"restarts", Align::right},
                  {"confinement"}},
                 member(health, "processes"), colours, [](const Json& p) {
                   return std::vector<Cell>{
                       text_of(p, "name"),     state_cell(p, "state"),
                       text_of(p, "pid"),      duration(number_of(p, "uptime_s")),
                       text_of(p, "restarts"), text_of(p, "confinement")};
                 });
}

std::string listeners(const Json& health, Colours colours) {
  return section({{"listener"},
                  {"side"},
                  {"transport"},
                  {"address"},
                  {"port", Align::right},
                  {"state"},
                  {"error"}},
                 member(health, "listeners"), colours, [](const Json& l) {
                   return std::vector<Cell>{text_of(l, "name"),      text_of(l, "side"),
                                            text_of(l, "transport"), text_of(l, "address"),
                                            text_of(l, "port"),      state_cell(l, "state"),
                                            text_of(l, "error")};
                 });
}

std::string trunks(const Json& health, Colours colours) {
  return section({{"trunk"}, {"state"}, {"transport"}, {"last error"}}, member(health, "trunks"),
                 colours, [](const Json& t) {
                   return std::vector<Cell>{text_of(t, "tenant") + "/" + text_of(t, "label"),
                                            state_cell(t, "state"), text_of(t, "transport"),
                                            text_of(t, "last_error")};
                 });
}

std::string tls_ports(const Json& tls, Colours colours) {
  return section({{"TLS port", Align::right},
                  {"side"},
                  {"state"},
                  {"handshakes", Align::right},
                  {"failed", Align::right},
                  {"in flight", Align::right},
                  {"over the cap", Align::right}},
                 member(tls, "ports"), colours, [](const Json& p) {
                   return std::vector<Cell>{text_of(p, "port"),
                                            text_of(p, "side"),
                                            state_cell(p, "state"),
                                            text_of(p, "handshakes_ok"),
                                            text_of(p, "handshakes_failed"),
                                            text_of(p, "in_flight"),
                                            text_of(p, "over_cap")};
                 });
}

enum class Thumbprint : std::uint8_t { hidden, shown };

std::string certificates(const Json& tls, Colours colours, Thumbprint thumbprint) {
  std::vector<TableColumn> columns = {
      {"certificate"}, {"days left", Align::right}, {"until"}, {"problem"}};
  if (thumbprint == Thumbprint::shown) columns.push_back({"SHA-256 thumbprint"});
  return section(std::move(columns), member(tls, "certificates"), colours, [&](const Json& c) {
    const bool dated = member(c, "days_left").is_number();
    const bool soon = !dated || number_of(c, "days_left") <= kExpirySoonDays;
    std::vector<Cell> cells{text_of(c, "sni"),
                            Cell(text_of(c, "days_left"), soon ? Tone::bad : Tone::good),
                            text_of(c, "not_after"), Cell(text_of(c, "error"), Tone::plain)};
    if (thumbprint == Thumbprint::shown) cells.emplace_back(text_of(c, "thumbprint_sha256"));
    return cells;
  });
}

std::string problems(const Json& config, const char* name, std::string_view what, Tone tone,
                     Colours colours) {
  std::string out;
  for (const Json& p : member(config, name)) {
    if (!p.is_object()) continue;
    std::string where = text_of(p, "table");
    if (number_of(p, "id") != 0) where += " " + text_of(p, "id");
    if (text_of(p, "column") != "-") where += ", " + text_of(p, "column");
    out +=
        "\n" + toned(what, tone, colours) + " " + printable(where + ": " + text_of(p, "message"));
  }
  return out.empty() ? out : out + "\n";
}

AllIsWell verdict(const Json& health, const Json& tls) {
  const bool well = text_of(health, "status") == "ok" && text_of(tls, "status") == "listening";
  return well ? AllIsWell::yes : AllIsWell::no;
}

std::string headline(const Json& health, const Json& tls, Colours colours) {
  const std::string state = text_of(health, "status");
  const std::string tls_state = text_of(tls, "status");
  return fmt::format(
      "{}   TLS {}   calls {}   registrations {}   blocked sources {}   "
      "configuration {}\n",
      toned(printable(state), tone_of_state(state), colours),
      toned(printable(tls_state), tone_of_state(tls_state), colours),
      number_of(member(health, "calls"), "active"),
      number_of(member(health, "registrations"), "active"),
      number_of(member(tls, "autoblocklist"), "active"),
      number_of(member(health, "config"), "revision"));
}

std::string dumped(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<HealthView> show_health(std::string_view health_text, std::string_view tls_text,
                               Colours colours) {
  const auto health = parse(health_text);
  if (!health) return std::unexpected(health.error());
  const auto tls = parse(tls_text);
  if (!tls) return std::unexpected(tls.error());
  const Json& config = member(*health, "config");
  return HealthView{headline(*health, *tls, colours) + processes(*health, colours) +
                        listeners(*health, colours) + trunks(*health, colours) +
                        tls_ports(*tls, colours) + certificates(*tls, colours, Thumbprint::hidden) +
                        problems(config, "errors", "error", Tone::bad, colours) +
                        problems(config, "warnings", "warning", Tone::plain, colours),
                    verdict(*health, *tls)};
}

Result<HealthView> join_health(std::string_view health_text, std::string_view tls_text) {
  auto health = parse(health_text);
  if (!health) return std::unexpected(health.error());
  auto tls = parse(tls_text);
  if (!tls) return std::unexpected(tls.error());
  const AllIsWell well = verdict(*health, *tls);
  return HealthView{dumped({{"health", std::move(*health)}, {"sip_tls", std::move(*tls)}}), well};
}

Result<std::string> show_certificates(std::string_view tls_text, Colours colours) {
  const auto tls = parse(tls_text);
  if (!tls) return std::unexpected(tls.error());
  const std::string table = certificates(*tls, colours, Thumbprint::shown);
  return table.empty() ? "no certificates\n" : table.substr(1);
}

Result<std::string> certificates_as_json(std::string_view tls_text) {
  const auto tls = parse(tls_text);
  if (!tls) return std::unexpected(tls.error());
  return dumped(member(*tls, "certificates"));
}

Result<std::string> fetch_page(const SocketAddress& http, std::string_view path) {
  const auto octets = ask(http, http_get(path, http.to_string()));
  if (!octets) {
    return fail(octets.error().message +
                "; does Ringfence run, and is --http or RINGFENCE_HTTP its address?");
  }
  const auto response = parse_http_response(*octets);
  if (!response) return fail(http.to_string() + ": " + response.error().message);
  // 503 is how the page says that something is down.
  if (response->status != 200 && response->status != 503) {
    return fail(fmt::format("{} answers {} to {}", http.to_string(), response->status, path));
  }
  return response->body;
}

}  // namespace ringfence::admin
