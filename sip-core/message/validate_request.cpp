#include "sip-core/message/validate_request.hpp"

#include <array>

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core::sip {

namespace {

using Result = std::optional<Rejection>;

struct Mandatory {
  HeaderName name;
  std::string_view missing;
  std::string_view repeated;
};

constexpr std::array<Mandatory, 4> kMandatory = {{
    {HeaderName::from, "Missing From", "Repeated From"},
    {HeaderName::to, "Missing To", "Repeated To"},
    {HeaderName::call_id, "Missing Call-ID", "Repeated Call-ID"},
    {HeaderName::cseq, "Missing CSeq", "Repeated CSeq"},
}};

Rejection bad(std::string_view reason) {
  return {400, reason, {}};
}

// The topmost one has been read with the message.
bool has_sound_vias(const Message& message) {
  const auto vias = message.values(HeaderName::via);
  auto value = vias.begin();
  if (!message.via()) return false;
  for (++value; value != vias.end(); ++value) {
    if (!Via::parse(*value)) return false;
  }
  return true;
}

// Shared by requests and responses; the text says what is wrong.
std::optional<std::string_view> check_common_fields(const Message& message) {
  for (const Mandatory& field : kMandatory) {
    const std::size_t count = message.count(field.name);
    if (count == 0) return field.missing;
    if (count > 1) return field.repeated;
  }
  if (!message.has(HeaderName::via)) return "Missing Via";
  if (!has_sound_vias(message)) return "Malformed Via";
  if (!message.from()) return "Malformed From";
  if (!message.to()) return "Malformed To";
  if (!message.cseq()) return "Malformed CSeq";
  const std::string_view call_id = message.call_id();
  if (call_id.empty() || call_id.find_first_of(" \t") != std::string_view::npos) {
    return "Malformed Call-ID";
  }
  return std::nullopt;
}

Result check_request_uri(const Message& request) {
  const auto uri = request.request_uri();
  if (!uri) return bad("Malformed Request-URI");
  if (uri->scheme == Scheme::other) return Rejection{416, "Unsupported URI Scheme", {}};
  // RFC 3261 §19.1.1: headers have no meaning in a Request-URI (RFC 4475 §3.1.2.11).
  if (!uri->headers.empty()) return bad("Headers In Request-URI");
  const auto transport = uri->transport();
  if (uri->scheme == Scheme::sips && transport && equal_without_case(*transport, "udp")) {
    return bad("SIPS With Transport UDP");  // R017
  }
  return std::nullopt;
}

// RFC 3261 §16.3: the count is for whoever passes a request on; an endpoint answers (R048).
bool is_passed_on(Method method) {
  return method == Method::invite || method == Method::subscribe || method == Method::refer ||
         method == Method::message || method == Method::publish || method == Method::other;
}

Result check_max_forwards(const Message& request) {
  const std::size_t count = request.count(HeaderName::max_forwards);
  if (count == 0) return std::nullopt;  // taken as 70 (R048)
  if (count > 1) return bad("Repeated Max-Forwards");
  const auto number = parse_number(*request.header(HeaderName::max_forwards), 256);
  if (!number || *number > 255) return bad("Malformed Max-Forwards");
  if (*number == 0 && is_passed_on(request.method())) {
    return Rejection{483, "Too Many Hops", {}};
  }
  return std::nullopt;
}

bool are_addresses(const Message& message, HeaderName name) {
  for (const std::string_view value : message.values(name)) {
    if (!NameAddrView::parse(value)) return false;
  }
  return true;
}

// RFC 3261 §10.2.2: the asterisk stands alone, and in a REGISTER only (R062).
bool has_sound_contacts(const Message& request) {
  if (request.header(HeaderName::contact) != "*") {
    return are_addresses(request, HeaderName::contact);
  }
  return request.method() == Method::register_ && request.count(HeaderName::contact) == 1;
}

Result check_addresses(const Message& request) {
  if (!has_sound_contacts(request)) return bad("Malformed Contact");
  if (!are_addresses(request, HeaderName::route)) return bad("Malformed Route");
  if (!are_addresses(request, HeaderName::record_route)) return bad("Malformed Record-Route");
  return std::nullopt;
}

}  // namespace

std::optional<Rejection> validate_request(const Message& request) {
  if (const auto fault = check_common_fields(request)) return bad(*fault);
  if (request.cseq()->method_text != request.method_text()) return bad("CSeq Method Mismatch");
  const Via& top = *request.via();
  // RFC 4475 §3.2.1: the cookie alone names no transaction (R043).
  if (equal_without_case(top.branch, kBranchCookie)) return bad("Malformed Branch");
  if (auto fault = check_request_uri(request)) return fault;
  if (auto fault = check_addresses(request)) return fault;
  return check_max_forwards(request);
}

std::optional<std::string_view> validate_response(const Message& response) {
  return check_common_fields(response);
}

}  // namespace ringfence::sip_core::sip
