#include "sip-core/digest/auth_parameters.hpp"

#include <algorithm>
#include <utility>

namespace ringfence::sip_core::digest {

namespace {

constexpr std::size_t kMaxParameters = 32;
constexpr std::string_view kScheme = "digest";

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

bool is_token_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("-.!%*_+`'~").contains(c);
}

void skip_spaces(std::string_view& rest) {
  while (rest.starts_with(' ') || rest.starts_with('\t'))
    rest.remove_prefix(1);
}

std::string_view take_token(std::string_view& rest) {
  const auto end = std::ranges::find_if_not(rest, is_token_character);
  const auto size = static_cast<std::size_t>(end - rest.begin());
  const std::string_view token = rest.substr(0, size);
  rest.remove_prefix(size);
  return token;
}

// Unquoted and unescaped; nullopt when the string does not end.
std::optional<std::string> take_quoted(std::string_view& rest) {
  std::string value;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return value;
    }
    if (rest[i] == '\\') ++i;
    if (i < rest.size()) value += rest[i];
  }
  return std::nullopt;
}

std::optional<std::string> take_value(std::string_view& rest) {
  if (rest.starts_with('"')) return take_quoted(rest);
  const std::string_view token = take_token(rest);
  if (token.empty()) return std::nullopt;
  return std::string(token);
}

}  // namespace

std::string_view describe(DigestError error) {
  switch (error) {
    case DigestError::scheme:
      return "scheme is not Digest";
    case DigestError::syntax:
      return "malformed parameters";
    case DigestError::duplicate:
      return "parameter given twice";
    case DigestError::missing:
      return "mandatory parameter missing";
    case DigestError::algorithm:
      return "algorithm not supported";
    case DigestError::username:
      return "username* or userhash not supported";
    case DigestError::qop:
      return "qop not supported";
    case DigestError::nonce_count:
      return "malformed nc";
    case DigestError::response_length:
      return "malformed response";
  }
  return "malformed";
}

std::expected<AuthParameters, DigestError> AuthParameters::parse(std::string_view header_value) {
  std::string_view rest = header_value;
  skip_spaces(rest);
  if (!equal_without_case(take_token(rest), kScheme)) return std::unexpected(DigestError::scheme);
  if (!rest.starts_with(' ') && !rest.starts_with('\t')) {
    return std::unexpected(DigestError::syntax);
  }
  AuthParameters parameters;
  while (true) {
    skip_spaces(rest);
    const std::string_view name = take_token(rest);
    skip_spaces(rest);
    if (name.empty() || !rest.starts_with('=')) return std::unexpected(DigestError::syntax);
    rest.remove_prefix(1);
    skip_spaces(rest);
    auto value = take_value(rest);
    if (!value) return std::unexpected(DigestError::syntax);
    if (parameters.get(name)) return std::unexpected(DigestError::duplicate);
    if (parameters.items_.size() == kMaxParameters) return std::unexpected(DigestError::syntax);
    parameters.items_.push_back({std::string(name), std::move(*value)});
    skip_spaces(rest);
    if (rest.empty()) return parameters;
    if (!rest.starts_with(',')) return std::unexpected(DigestError::syntax);
    rest.remove_prefix(1);
  }
}

std::optional<std::string_view> AuthParameters::get(std::string_view name) const {
  const auto found = std::ranges::find_if(
      items_, [name](const Item& item) { return equal_without_case(item.name, name); });
  if (found == items_.end()) return std::nullopt;
  return found->value;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet == 0x7f) continue;
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
  return out;
}

}  // namespace ringfence::sip_core::digest
