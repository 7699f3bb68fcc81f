#include "sip-core/message/via.hpp"

#include <array>

#include "sip-core/message/characters.hpp"
#include "sip-core/message/limits.hpp"
#include "sip-core/message/parameters.hpp"

namespace ringfence::sip_core::sip {

namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 7> kTransports = {"UDP", "TCP",  "TLS", "WS",
                                                         "WSS", "SCTP", ""};

// Takes a token and the slash behind it, white space allowed on both sides of the slash.
std::optional<std::string_view> take_protocol_part(std::string_view& rest) {
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view part = trim(rest.substr(0, slash));
  rest = trim(rest.substr(slash + 1));
  if (part.empty() || !all_of_class(part, kToken)) return std::nullopt;
  return part;
}

// "SIP" SLASH "2.0" SLASH
bool take_protocol(std::string_view& rest) {
  constexpr std::string_view kUsual = "SIP/2.0/";
  if (rest.starts_with(kUsual)) {
    rest = trim_front(rest.substr(kUsual.size()));
    return true;
  }
  const auto name = take_protocol_part(rest);
  const auto version = name ? take_protocol_part(rest) : std::nullopt;
  return version && equal_without_case(*name, "SIP") && *version == "2.0";
}

bool take_transport(Via& via, std::string_view& rest) {
  const std::size_t size = span_of_class(rest, kToken);
  if (size == 0 || size == rest.size() || !is_space(rest[size])) return false;
  via.transport_text = rest.substr(0, size);
  via.transport = transport_from(via.transport_text);
  rest = trim_front(rest.substr(size));
  return true;
}

bool take_sent_by(Via& via, std::string_view& rest) {
  const std::size_t size = host_size(rest);
  if (size == 0) return false;
  via.host = rest.substr(0, size);
  rest = trim_front(rest.substr(size));
  if (!rest.starts_with(':')) return true;
  rest = trim_front(rest.substr(1));
  const std::size_t digits = span_of_class(rest, kDigit);
  via.port = parse_port(rest.substr(0, digits));
  rest = trim_front(rest.substr(digits));
  return via.port && (rest.empty() || rest.front() == ';');
}

bool note_parameter(Via& via, const ParameterView& parameter) {
  if (equal_without_case(parameter.name, "branch")) {
    via.branch = parameter.value.value_or("");
  } else if (equal_without_case(parameter.name, "received")) {
    if (!parameter.value) return false;
    via.received = parameter.value;
  } else if (equal_without_case(parameter.name, "rport")) {
    via.has_rport = true;
    if (!parameter.value) return true;
    via.rport = parse_port(*parameter.value);
    return via.rport.has_value();
  }
  return true;
}

}  // namespace

Transport transport_from(std::string_view text) noexcept {
  for (std::size_t i = 0; i + 1 < kTransports.size(); ++i) {
    if (equal_without_case(kTransports[i], text)) return static_cast<Transport>(i);
  }
  return Transport::other;
}

std::string_view to_text(Transport transport) noexcept {
  return kTransports[static_cast<std::size_t>(transport)];
}

std::optional<Via> Via::parse(std::string_view text) {
  Via via;
  std::string_view rest = trim(text);
  if (!take_protocol(rest)) return std::nullopt;
  if (!take_transport(via, rest) || !take_sent_by(via, rest)) return std::nullopt;
  via.parameters = rest;
  std::size_t seen = 0;
  while (const auto parameter = take_parameter(rest, ParameterGrammar::header)) {
    if (++seen > kMaxUriParameters || !note_parameter(via, *parameter)) return std::nullopt;
  }
  if (!rest.empty()) return std::nullopt;
  return via;
}

bool Via::has_rfc3261_branch() const {
  return branch.size() > kBranchCookie.size() &&
         equal_without_case(branch.substr(0, kBranchCookie.size()), kBranchCookie);
}

std::string make_via(Transport transport, std::string_view host, std::optional<std::uint16_t> port,
                     std::string_view branch) {
  constexpr std::size_t kAround = 48;  // what stands around host and branch, at most
  std::string out;
  out.reserve(kAround + host.size() + branch.size());
  out += "SIP/2.0/";
  out += to_text(transport);
  out += ' ';
  out += host;
  if (port) {
    out += ':';
    out += std::to_string(*port);
  }
  out += ";branch=";
  out += branch;
  if (!is_reliable(transport)) out += ";rport";
  return out;
}

}  // namespace ringfence::sip_core::sip
