// Reading a URI (RFC 3261 §25.1 SIP-URI, RFC 3966 §3).
#include <algorithm>

#include "sip-core/message/characters.hpp"
#include "sip-core/message/limits.hpp"
#include "sip-core/message/uri.hpp"

namespace ringfence::sip_core::sip {

namespace {

using Parsed = std::expected<Uri, UriError>;

bool is_scheme(std::string_view text) {
  const auto allowed = [](char c) {
    return is_class(c, kDigit) || c == '+' || c == '-' || c == '.' ||
           (to_lower(c) >= 'a' && to_lower(c) <= 'z');
  };
  return !text.empty() && to_lower(text.front()) >= 'a' && to_lower(text.front()) <= 'z' &&
         std::ranges::all_of(text, allowed);
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
std::optional<UriError> take_user(Uri& uri, std::string_view& rest) {
  const std::size_t at = rest.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view user = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  const std::size_t colon = user.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view password = user.substr(colon + 1);
    if (!all_of_class_or_escaped(password, kPassword)) return UriError::user;
    uri.password.emplace(password);
    user = user.substr(0, colon);
  }
  // '#' is no user character by the grammar, but star-code dialling sends it.
  const bool ok =
      !user.empty() &&
      (all_of_class_or_escaped(user, kUser) ||
       (user.find('#') != std::string_view::npos &&
        std::ranges::all_of(user, [](char c) { return c == '#' || is_class(c, kUser); })));
  if (!ok) return UriError::user;
  uri.user.assign(user);
  return std::nullopt;
}

std::optional<UriError> take_host_port(Uri& uri, std::string_view& rest) {
  const std::size_t size = host_size(rest);
  if (size == 0) return UriError::host;
  uri.host.assign(rest.substr(0, size));
  rest.remove_prefix(size);
  if (!rest.starts_with(':')) return std::nullopt;
  rest.remove_prefix(1);
  const std::string_view digits = rest.substr(0, rest.find_first_of(";?"));
  uri.port = parse_port(digits);
  rest.remove_prefix(digits.size());
  if (!uri.port) return UriError::port;
  return std::nullopt;
}

std::optional<UriError> take_headers(Uri& uri, std::string_view text) {
  text.remove_prefix(1);  // '?'
  while (true) {
    const std::string_view item = text.substr(0, text.find('&'));
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos || equals == 0) return UriError::headers;
    const std::string_view name = item.substr(0, equals);
    const std::string_view value = item.substr(equals + 1);
    if (!all_of_class_or_escaped(name, kUriHeader)) return UriError::headers;
    if (!all_of_class_or_escaped(value, kUriHeader)) return UriError::headers;
    if (uri.headers.size() == kMaxUriParameters) return UriError::headers;
    uri.headers.push_back({std::string(name), std::string(value)});
    if (item.size() == text.size()) return std::nullopt;
    text.remove_prefix(item.size() + 1);
  }
}

Parsed parse_sip(Scheme scheme, std::string_view rest) {
  Uri uri;
  uri.scheme = scheme;
  if (const auto error = take_user(uri, rest)) return std::unexpected(*error);
  if (const auto error = take_host_port(uri, rest)) return std::unexpected(*error);
  const std::size_t question = rest.find('?');
  auto parameters = Parameters::parse(rest.substr(0, question), ParameterGrammar::uri);
  if (!parameters) return std::unexpected(UriError::parameters);
  uri.parameters = std::move(*parameters);
  if (question != std::string_view::npos) {
    if (const auto error = take_headers(uri, rest.substr(question))) return std::unexpected(*error);
  }
  return uri;
}

Parsed parse_tel(std::string_view rest) {
  const std::string_view number = rest.substr(0, rest.find(';'));
  const bool ok = !number.empty() && std::ranges::all_of(number, [](char c) {
    return is_class(c, kHexDigit) || std::string_view("+-.()*#").contains(c);
  });
  if (!ok) return std::unexpected(UriError::user);
  auto parameters = Parameters::parse(rest.substr(number.size()), ParameterGrammar::uri);
  if (!parameters) return std::unexpected(UriError::parameters);
  Uri uri;
  uri.scheme = Scheme::tel;
  uri.user.assign(number);
  uri.parameters = std::move(*parameters);
  return uri;
}

}  // namespace

Parsed Uri::parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::unexpected(UriError::scheme);
  const std::string_view scheme = text.substr(0, colon);
  const std::string_view rest = text.substr(colon + 1);
  if (equal_without_case(scheme, "sip")) return parse_sip(Scheme::sip, rest);
  if (equal_without_case(scheme, "sips")) return parse_sip(Scheme::sips, rest);
  if (equal_without_case(scheme, "tel")) return parse_tel(rest);
  if (!is_scheme(scheme) || rest.empty() || !is_opaque_text(text)) {
    return std::unexpected(UriError::scheme);
  }
  Uri uri;
  uri.scheme = Scheme::other;
  uri.opaque.assign(text);
  return uri;
}

}  // namespace ringfence::sip_core::sip
