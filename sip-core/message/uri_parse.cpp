// Reading a URI (RFC 3261 §25.1 SIP-URI, RFC 3966 §3).
#include <algorithm>

#include "sip-core/message/characters.hpp"
#include "sip-core/message/limits.hpp"
#include "sip-core/message/uri_view.hpp"

namespace ringfence::sip_core::sip {

namespace {

using Fault = std::optional<UriError>;

bool is_scheme(std::string_view text) {
  const auto allowed = [](char c) {
    return is_class(c, kLetter) || is_class(c, kDigit) || c == '+' || c == '-' || c == '.';
  };
  return !text.empty() && is_class(text.front(), kLetter) && std::ranges::all_of(text, allowed);
}

// Characters that end a URI wherever it stands, or that none may hold.
bool is_opaque_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet > 0x20 && octet != 0x7f && c != '<' && c != '>' && c != '"';
  });
}

// Takes "user[:password]@" off the front, if it is there. The "@" is searched before any '?' or
// ';' is looked at, since both may stand in a user part (RFC 4475 §3.1.1.13).
Fault take_user(UriView& uri, std::string_view& rest) {
  const std::size_t plain = span_of_class_or_escaped(rest, kUser);
  if (plain > 0 && plain < rest.size() && rest[plain] == '@') {
    uri.user = rest.substr(0, plain);
    rest.remove_prefix(plain + 1);
    return std::nullopt;
  }
  const std::size_t at = rest.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view user = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  const std::size_t colon = user.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view password = user.substr(colon + 1);
    if (!all_of_class_or_escaped(password, kPassword)) return UriError::user;
    uri.password = password;
    user = user.substr(0, colon);
  }
  // '#' is no user character by the grammar, but star-code dialling sends it.
  const bool ok =
      !user.empty() &&
      (all_of_class_or_escaped(user, kUser) ||
       (user.find('#') != std::string_view::npos &&
        std::ranges::all_of(user, [](char c) { return c == '#' || is_class(c, kUser); })));
  if (!ok) return UriError::user;
  uri.user = user;
  return std::nullopt;
}

Fault take_host_port(UriView& uri, std::string_view& rest) {
  const std::size_t size = host_size(rest);
  if (size == 0) return UriError::host;
  uri.host = rest.substr(0, size);
  rest.remove_prefix(size);
  if (!rest.starts_with(':')) return std::nullopt;
  rest.remove_prefix(1);
  const std::string_view digits = rest.substr(0, span_of_class(rest, kDigit));
  uri.port = parse_port(digits);
  rest.remove_prefix(digits.size());
  const bool ends = rest.empty() || rest.front() == ';' || rest.front() == '?';
  if (!uri.port || !ends) return UriError::port;
  return std::nullopt;
}

Fault check_headers(std::string_view headers) {
  std::size_t seen = 0;
  if (headers.empty()) return UriError::headers;
  while (take_uri_header(headers)) {
    if (++seen > kMaxUriParameters) return UriError::headers;
  }
  return headers.empty() ? Fault() : UriError::headers;
}

Fault read_parameters(UriView& uri, std::string_view text) {
  const auto parameters = ParametersView::parse(text, ParameterGrammar::uri);
  if (!parameters) return UriError::parameters;
  uri.parameters = *parameters;
  return std::nullopt;
}

Fault read_sip(UriView& uri, Scheme scheme, std::string_view rest) {
  uri.scheme = scheme;
  if (const auto error = take_user(uri, rest)) return error;
  if (const auto error = take_host_port(uri, rest)) return error;
  if (rest.empty()) return std::nullopt;
  const std::size_t question = rest.find('?');
  if (const auto error = read_parameters(uri, rest.substr(0, question))) return error;
  if (question == std::string_view::npos) return std::nullopt;
  uri.headers = rest.substr(question + 1);
  return check_headers(uri.headers);
}

Fault read_tel(UriView& uri, std::string_view rest) {
  const std::string_view number = rest.substr(0, rest.find(';'));
  const bool ok = !number.empty() && std::ranges::all_of(number, [](char c) {
    return is_class(c, kHexDigit) || std::string_view("+-.()*#").contains(c);
  });
  if (!ok) return UriError::user;
  uri.scheme = Scheme::tel;
  uri.user = number;
  return read_parameters(uri, rest.substr(number.size()));
}

}  // namespace

std::optional<ParameterView> take_uri_header(std::string_view& headers) {
  const std::size_t name = span_of_class_or_escaped(headers, kUriHeader);
  if (name == 0 || name == headers.size() || headers[name] != '=') return std::nullopt;
  const std::size_t end = name + 1 + span_of_class_or_escaped(headers.substr(name + 1), kUriHeader);
  // '&' stands between two, and so not at the end.
  const bool last = end == headers.size();
  if (!last && (headers[end] != '&' || end + 1 == headers.size())) return std::nullopt;
  const ParameterView header{headers.substr(0, name), headers.substr(name + 1, end - name - 1)};
  headers.remove_prefix(last ? end : end + 1);
  return header;
}

Fault UriView::read(std::string_view text) {
  constexpr std::size_t kSip = std::string_view("sip:").size();
  if (equal_without_case(text.substr(0, kSip), "sip:")) {
    return read_sip(*this, Scheme::sip, text.substr(kSip));
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return UriError::scheme;
  const std::string_view name = text.substr(0, colon);
  const std::string_view rest = text.substr(colon + 1);
  if (equal_without_case(name, "sips")) return read_sip(*this, Scheme::sips, rest);
  if (equal_without_case(name, "tel")) return read_tel(*this, rest);
  if (!is_scheme(name) || rest.empty() || !is_opaque_text(text)) return UriError::scheme;
  scheme = Scheme::other;
  opaque = text;
  return std::nullopt;
}

std::expected<UriView, UriError> UriView::parse(std::string_view text) {
  std::expected<UriView, UriError> uri;
  if (const auto error = uri->read(text)) return std::unexpected(*error);
  return uri;
}

}  // namespace ringfence::sip_core::sip
