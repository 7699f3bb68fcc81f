#include "supervisor/status/control_lines.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

namespace ringfence::status {
namespace {

using nlohmann::ordered_json;

std::string dump(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

bool is_utf8(const std::string& text) {
  try {
    (void)ordered_json(text).dump();
    return true;
  } catch (const ordered_json::exception&) {
    return false;
  }
}

// RFC 4648 §4.
std::string base64(std::string_view octets) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < octets.size(); at += 3) {
    std::uint32_t group = 0;
    const std::string_view piece = octets.substr(at, 3);
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | (i < piece.size() ? static_cast<std::uint8_t>(piece[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      text += i <= piece.size() ? kAlphabet[group >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

void add_octets(ordered_json& object, const std::string& key, const std::string& value) {
  if (is_utf8(value)) {
    object[key] = value;
  } else {
    object[key + "_base64"] = base64(value);
  }
}

ordered_json text_or_null(const std::string& text) {
  return text.empty() ? ordered_json() : ordered_json(text);
}

ordered_json leg(const proto::CallLegRow& row) {
  return {{"call_id", row.call_id()},
          {"transport", row.transport()},
          {"remote", text_or_null(row.remote())},
          {"extension", text_or_null(row.extension())},
          {"trunk", text_or_null(row.trunk())},
          {"srtp", text_or_null(row.srtp_suite())}};
}

}  // namespace

std::string call_line(const proto::CallRow& call) {
  return dump({{"tenant", call.tenant()},
               {"from", call.from()},
               {"to", call.to()},
               {"state", call.state()},
               {"begun_unix_ms", call.begun_unix_ms()},
               {"a", leg(call.a())},
               {"b", call.has_b() ? leg(call.b()) : ordered_json()}});
}

std::string registration_line(const proto::RegistrationRow& registration) {
  return dump({{"tenant", registration.tenant()},
               {"extension", registration.extension()},
               {"contact", registration.contact()},
               {"transport", registration.transport()},
               {"remote", text_or_null(registration.remote())},
               {"expires_s", registration.expires_s()},
               {"user_agent", registration.user_agent()}});
}

std::string blocked_line(const proto::BlockedSource& source) {
  return dump({{"source", source.source()},
               {"until_unix_ms", source.until_unix_ms()},
               {"failures", source.failures()}});
}

std::string traced_line(const proto::TracedMessage& traced) {
  ordered_json line = {{"kind", "message"},
                       {"time_unix_ns", traced.time_unix_ns()},
                       {"direction", traced.sent() ? "sent" : "received"},
                       {"transport", traced.transport()},
                       {"local", traced.local()},
                       {"remote", traced.remote()},
                       {"call", text_or_null(traced.call())},
                       {"leg", text_or_null(traced.leg())},
                       {"label", traced.label()}};
  add_octets(line, "call_id", traced.call_id());
  add_octets(line, "message", traced.message());
  return dump(line);
}

std::string live_line() {
  return dump({{"kind", "live"}});
}

std::string missed_line(std::uint64_t messages) {
  return dump({{"kind", "missed"}, {"messages", messages}});
}

}  // namespace ringfence::status
