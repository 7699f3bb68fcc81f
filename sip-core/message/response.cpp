#include "sip-core/message/response.hpp"

#include "sip-core/message/characters.hpp"
#include "sip-core/message/parameters.hpp"
#include "sip-core/message/status.hpp"

namespace ringfence::sip_core::sip {

namespace {

constexpr std::size_t kReceivedAndRport = 72;  // octets, of an IPv6 address at most

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

// `text`: what `via` was read from, without white space around it.
std::string told_source(std::string_view text, const Via& via, const SocketAddress& source) {
  std::string out;
  out.reserve(text.size() + kReceivedAndRport);
  out += text.substr(0, text.size() - via.parameters.size());
  std::string_view rest = via.parameters;
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
  if (needs_received(via, source)) {
    out += ";received=";
    out += source.ip.to_string();
  }
  if (via.has_rport) {
    out += ";rport=";
    out += std::to_string(source.port);
  }
  return out;
}

// The topmost value, which `via` was read from, gets received and rport; the values behind it in
// the same field stay.
void add_top_via(OutgoingMessage& response, std::string_view field, const std::optional<Via>& via,
                 const std::optional<SocketAddress>& source) {
  if (!source || !via) {
    response.add(HeaderName::via, field);
    return;
  }
  const std::string told = told_source(take_list_value(field), *via, *source);
  response.add(HeaderName::via, {told, field.empty() ? "" : ", ", trim(field)});
}

void add_vias(OutgoingMessage& response, const Message& request,
              const std::optional<SocketAddress>& source) {
  bool topmost = true;
  for (std::size_t i = 0; i < request.field_count(); ++i) {
    const Field field = request.field(i);
    if (field.id != HeaderName::via) continue;
    if (topmost) {
      add_top_via(response, field.value, request.via(), source);
    } else {
      response.add(HeaderName::via, field.value);
    }
    topmost = false;
  }
}

void add_to(OutgoingMessage& response, std::string_view to, int status, std::string_view tag) {
  const bool tagged = status == 100 || tag.empty() || find_tag(to);
  response.add(HeaderName::to, {to, tagged ? "" : ";tag=", tagged ? "" : tag});
}

}  // namespace

std::string via_with_source(std::string_view text, const SocketAddress& source) {
  const auto via = Via::parse(text);
  return via ? told_source(trim(text), *via, source) : std::string(text);
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
  const auto via = Via::parse(take_list_value(first));
  if (!via && !other_version) return std::nullopt;
  const std::string_view reason =
      error.suggested_status == 400 ? describe(error.code) : std::string_view();
  OutgoingMessage response = OutgoingMessage::response(error.suggested_status, reason);
  add_top_via(response, found.vias.front(), via, source);
  for (std::size_t i = 1; i < found.vias.size(); ++i) {
    response.add(HeaderName::via, found.vias[i]);
  }
  response.add(HeaderName::from, found.from);
  add_to(response, found.to, error.suggested_status, to_tag);
  response.add(HeaderName::call_id, found.call_id).add(HeaderName::cseq, found.cseq);
  return response;
}

}  // namespace ringfence::sip_core::sip
