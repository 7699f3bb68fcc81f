#include "sip-core/message/response.hpp"

#include "sip-core/message/characters.hpp"
#include "sip-core/message/parameters.hpp"
#include "sip-core/message/status.hpp"

namespace ringfence::sip_core::sip {

namespace {

bool founds_dialog(const Message& request, int status) {
  const bool method = request.method() == Method::invite || request.method() == Method::subscribe ||
                      request.method() == Method::refer;
  return method && status > 100 && status < 300;
}

bool needs_received(const Via& via, const SocketAddress& source) {
  if (via.has_rport) return true;  // RFC 3581 §4
  const auto sent_by = IpAddress::parse(via.host);
  return !sent_by || *sent_by != source.ip;
}

// The topmost value gets received and rport; the values behind it in the same field stay.
std::string top_via_field(std::string_view field, const std::optional<SocketAddress>& source) {
  if (!source) return std::string(field);
  const std::string_view first = take_list_value(field);
  std::string out = via_with_source(first, *source);
  if (!field.empty()) {
    out += ", ";
    out += trim(field);
  }
  return out;
}

void add_vias(OutgoingMessage& response, const Message& request,
              const std::optional<SocketAddress>& source) {
  bool topmost = true;
  for (std::size_t i = 0; i < request.field_count(); ++i) {
    const Field field = request.field(i);
    if (field.id != HeaderName::via) continue;
    response.add(HeaderName::via,
                 topmost ? top_via_field(field.value, source) : std::string(field.value));
    topmost = false;
  }
}

void add_to(OutgoingMessage& response, std::string_view to, int status, std::string_view tag) {
  std::string value(to);
  if (status != 100 && !tag.empty() && !find_tag(to)) {
    value += ";tag=";
    value += tag;
  }
  response.add(HeaderName::to, value);
}

}  // namespace

std::string via_with_source(std::string_view text, const SocketAddress& source) {
  const auto via = Via::parse(text);
  if (!via) return std::string(text);
  text = trim(text);
  std::string out(text.substr(0, text.size() - via->parameters.size()));
  std::string_view rest = via->parameters;
  while (const auto parameter = take_parameter(rest, ParameterGrammar::header)) {
    // What the wire said of these two is not trusted (R027).
    if (equal_without_case(parameter->name, "received") ||
        equal_without_case(parameter->name, "rport")) {
      continue;
    }
    out += ';';
    out += parameter->name;
    if (parameter->value) {
      out += '=';
      out += *parameter->value;
    }
  }
  if (needs_received(*via, source)) out += ";received=" + source.ip.to_string();
  if (via->has_rport) out += ";rport=" + std::to_string(source.port);
  return out;
}

OutgoingMessage make_response(const Message& request, int status, std::string_view reason,
                              std::string_view to_tag, const std::optional<SocketAddress>& source) {
  OutgoingMessage response = OutgoingMessage::response(status, reason);
  add_vias(response, request, source);
  if (founds_dialog(request, status)) response.copy(request, HeaderName::record_route);
  if (const auto from = request.header(HeaderName::from)) response.add(HeaderName::from, *from);
  if (const auto to = request.header(HeaderName::to)) add_to(response, *to, status, to_tag);
  if (request.has(HeaderName::call_id)) response.add(HeaderName::call_id, request.call_id());
  if (const auto cseq = request.header(HeaderName::cseq)) response.add(HeaderName::cseq, *cseq);
  if (status == 100) response.copy(request, HeaderName::timestamp);
  return response;
}

std::optional<OutgoingMessage> make_error_response(const ParseError& error, std::string_view to_tag,
                                                   const std::optional<SocketAddress>& source) {
  const Salvage& found = error.salvage;
  if (error.suggested_status == 0 || !found.can_answer()) return std::nullopt;
  std::string_view first = found.vias.front();
  // Who speaks another version says so in its Via too; the 505 goes back where it came from
  // (RFC 4475 §3.1.2.16).
  const bool other_version = error.code == ParseErrorCode::version;
  if (!Via::parse(take_list_value(first)) && !other_version) return std::nullopt;
  const std::string_view reason =
      error.suggested_status == 400 ? describe(error.code) : std::string_view();
  OutgoingMessage response = OutgoingMessage::response(error.suggested_status, reason);
  response.add(HeaderName::via, top_via_field(found.vias.front(), source));
  for (std::size_t i = 1; i < found.vias.size(); ++i) {
    response.add(HeaderName::via, found.vias[i]);
  }
  response.add(HeaderName::from, found.from);
  add_to(response, found.to, error.suggested_status, to_tag);
  response.add(HeaderName::call_id, found.call_id).add(HeaderName::cseq, found.cseq);
  return response;
}

}  // namespace ringfence::sip_core::sip
