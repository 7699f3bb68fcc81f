#include "admin/control/live_lists.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace ringfence::admin {
namespace {

using Json = nlohmann::ordered_json;

Result<Json> parse(const std::string& line) {
  Json object = Json::parse(line, nullptr, false);
  if (!object.is_object()) return fail("the admin socket answers something unknown");
  return object;
}

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return "-";
  const auto& text = found->get_ref<const std::string&>();
  return text.empty() ? "-" : text;
}

std::int64_t number_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

const Json& member(const Json& object, const char* name) {
  static const Json kNone;
  const auto found = object.find(name);
  return found == object.end() ? kNone : *found;
}

// "75 s", "2:03 h".
std::string duration(std::int64_t seconds) {
  if (seconds < 0) seconds = 0;
  if (seconds < 100) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{}:{:02} min", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02} h", seconds / 3600, seconds / 60 % 60);
}

std::int64_t seconds_since(std::int64_t unix_ms, WallTime now) {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  return (since.count() - unix_ms) / 1000;
}

std::string age(std::int64_t begun_unix_ms, WallTime now) {
  return duration(seconds_since(begun_unix_ms, now));
}

std::string trunk_of(const Json& call) {
  const std::string a = text_of(member(call, "a"), "trunk");
  const std::string b = text_of(member(call, "b"), "trunk");
  if (a == "-") return b;
  return b == "-" ? a : a + ", " + b;
}

Cell transport_cell(const Json& leg) {
  const std::string transport = text_of(leg, "transport");
  return Cell(transport, transport == "tls" ? Tone::good : Tone::plain);
}

Cell media_cell(const Json& call, const Json& leg) {
  if (!leg.is_object() || text_of(call, "state") != "answered") return Cell("-", Tone::faint);
  return text_of(leg, "srtp") == "-" ? Cell("plain") : Cell("SRTP", Tone::good);
}

}  // namespace

Result<std::string> calls_as_table(const std::vector<std::string>& lines, WallTime now,
                                   Colours colours) {
  TextTable table({{"call-id"},
                   {"tenant"},
                   {"from"},
                   {"to"},
                   {"trunk"},
                   {"state"},
                   {"age", Align::right},
                   {"leg a"},
                   {"media a"},
                   {"leg b"},
                   {"media b"}});
  for (const std::string& line : lines) {
    const auto call = parse(line);
    if (!call) return std::unexpected(call.error());
    const Json& a = member(*call, "a");
    const Json& b = member(*call, "b");
    table.add({text_of(a, "call_id"), text_of(*call, "tenant"), text_of(*call, "from"),
               text_of(*call, "to"), trunk_of(*call), text_of(*call, "state"),
               age(number_of(*call, "begun_unix_ms"), now), transport_cell(a), media_cell(*call, a),
               transport_cell(b), media_cell(*call, b)});
  }
  return table.empty() ? "There are no calls.\n" : table.to_string(colours);
}

Result<std::string> registrations_as_table(const std::vector<std::string>& lines, Colours colours) {
  TextTable table({{"extension"},
                   {"tenant"},
                   {"contact"},
                   {"transport"},
                   {"peer"},
                   {"expires", Align::right},
                   {"user agent"}});
  for (const std::string& line : lines) {
    const auto row = parse(line);
    if (!row) return std::unexpected(row.error());
    const std::string peer = text_of(*row, "remote");
    table.add({text_of(*row, "extension"), text_of(*row, "tenant"), text_of(*row, "contact"),
               text_of(*row, "transport"), peer == "-" ? Cell("(closed)", Tone::bad) : Cell(peer),
               duration(number_of(*row, "expires_s")), text_of(*row, "user_agent")});
  }
  return table.empty() ? "There are no registrations.\n" : table.to_string(colours);
}

Result<std::string> blocklist_as_table(const std::vector<std::string>& lines, WallTime now,
                                       Colours colours) {
  TextTable table({{"source"}, {"failures", Align::right}, {"time left", Align::right}});
  for (const std::string& line : lines) {
    const auto row = parse(line);
    if (!row) return std::unexpected(row.error());
    table.add({text_of(*row, "source"), std::to_string(number_of(*row, "failures")),
               duration(-seconds_since(number_of(*row, "until_unix_ms"), now))});
  }
  return table.empty() ? "Nobody is blocked.\n" : table.to_string(colours);
}

Result<std::string> lines_as_json(const std::vector<std::string>& lines) {
  Json array = Json::array();
  for (const std::string& line : lines) {
    auto object = parse(line);
    if (!object) return std::unexpected(object.error());
    array.push_back(std::move(*object));
  }
  return array.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ringfence::admin
