#include "admin/trace/traced_message.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "sip-core/sdp/base64.hpp"

namespace ringfence::admin {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Text, or in base64 where the octets are no UTF-8.
std::string octets_of(const Json& object, const std::string& name) {
  if (object.contains(name)) return text_of(object, name.c_str());
  const auto octets = sip_core::sdp::base64_decode(text_of(object, (name + "_base64").c_str()));
  if (!octets) return {};
  return {octets->bytes().begin(), octets->bytes().end()};
}

std::optional<TraceTransport> transport_of(std::string_view name) {
  for (const TraceTransport transport :
       {TraceTransport::udp, TraceTransport::tcp, TraceTransport::tls}) {
    if (name == name_of(transport)) return transport;
  }
  return std::nullopt;
}

Result<TraceLine> read_message(const Json& object) {
  const auto local = SocketAddress::parse(text_of(object, "local"));
  const auto remote = SocketAddress::parse(text_of(object, "remote"));
  const auto transport = transport_of(text_of(object, "transport"));
  const auto time = object.find("time_unix_ns");
  if (!local || !remote || !transport || time == object.end() || !time->is_number_integer()) {
    return fail("a line of the trace is incomplete");
  }
  TracedMessage message;
  message.time = std::chrono::nanoseconds(time->get<std::int64_t>());
  message.direction =
      text_of(object, "direction") == "sent" ? TraceDirection::sent : TraceDirection::received;
  message.transport = *transport;
  message.local = *local;
  message.remote = *remote;
  const std::string leg = text_of(object, "leg");
  message.leg = leg == "a" ? TraceLeg::a : leg == "b" ? TraceLeg::b : TraceLeg::none;
  message.call = text_of(object, "call");
  message.label = text_of(object, "label");
  message.call_id = octets_of(object, "call_id");
  message.octets = octets_of(object, "message");
  return message;
}

}  // namespace

std::string_view name_of(TraceTransport transport) {
  switch (transport) {
    case TraceTransport::udp:
      return "udp";
    case TraceTransport::tcp:
      return "tcp";
    case TraceTransport::tls:
      return "tls";
  }
  return "udp";
}

Result<TraceLine> read_trace_line(std::string_view line) {
  const Json object = Json::parse(line, nullptr, false);
  if (!object.is_object()) return fail("the admin socket answers something unknown");
  const std::string kind = text_of(object, "kind");
  if (kind == "message") return read_message(object);
  if (kind == "live") return NowLive{};
  if (kind == "missed") return MessagesMissed{object.value("messages", std::uint64_t{0})};
  return fail("a line of the trace is of an unknown kind");
}

}  // namespace ringfence::admin
