#include "sip-core/digest/auth_parameters.hpp"

#include <array>

#include "runtime/octet_scan.hpp"

namespace ringfence::sip_core::digest {

namespace {

constexpr std::size_t kMaxParameters = 32;
constexpr std::string_view kScheme = "digest";

// RFC 3261 §25.1 token, by octet.
constexpr std::array<bool, 256> kTokenOctets = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ-.!%*_+`'~")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

bool is_token_character(char c) {
  return kTokenOctets[static_cast<unsigned char>(c)];
}

void skip_spaces(std::string_view& rest) {
  while (rest.starts_with(' ') || rest.starts_with('\t'))
    rest.remove_prefix(1);
}

std::string_view take_token(std::string_view& rest) {
  const char* const begin = rest.data();
  const char* const end = begin + rest.size();
  const char* p = begin;
  while (p != end && is_token_character(*p))
    ++p;
  const std::string_view token = rest.substr(0, static_cast<std::size_t>(p - begin));
  rest.remove_prefix(token.size());
  return token;
}

// The size of the quoted string that `rest` begins with, its quotes included; 0 when it does not
// end or holds control octets.
std::size_t quoted_size(std::string_view rest) {
  const char* const data = rest.data();
  std::size_t end = find_any<'"', '\\'>(data, 1, rest.size());
  while (end < rest.size() && data[end] != '"')
    end = find_any<'"', '\\'>(data, end + 2, rest.size());
  if (end >= rest.size() || find_control(data, 1, end) != end) return 0;
  return end + 1;
}

std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    out += text[i];
  }
  return out;
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (is_control_octet(c) || c == '\t') continue;
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
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

std::optional<std::string_view> AuthParameters::take_quoted(std::string_view& rest) {
  const std::size_t size = quoted_size(rest);
  if (size == 0) return std::nullopt;
  const std::string_view inside = rest.substr(1, size - 2);
  rest.remove_prefix(size);
  if (!inside.contains('\\')) return inside;
  return unescaped_.emplace_front(unescape(inside));
}

std::optional<std::string_view> AuthParameters::take_value(std::string_view& rest) {
  if (rest.starts_with('"')) return take_quoted(rest);
  const std::string_view token = take_token(rest);
  if (token.empty()) return std::nullopt;
  return token;
}

std::expected<AuthParameters, DigestError> AuthParameters::parse(std::string_view header_value) {
  std::string_view rest = header_value;
  skip_spaces(rest);
  if (!equal_without_case(take_token(rest), kScheme)) return std::unexpected(DigestError::scheme);
  if (!rest.starts_with(' ') && !rest.starts_with('\t')) {
    return std::unexpected(DigestError::syntax);
  }
  AuthParameters parameters;
  constexpr std::size_t kUsual = 12;
  parameters.items_.reserve(kUsual);
  while (true) {
    skip_spaces(rest);
    const std::string_view name = take_token(rest);
    skip_spaces(rest);
    if (name.empty() || !rest.starts_with('=')) return std::unexpected(DigestError::syntax);
    rest.remove_prefix(1);
    skip_spaces(rest);
    const auto value = parameters.take_value(rest);
    if (!value) return std::unexpected(DigestError::syntax);
    if (parameters.get(name)) return std::unexpected(DigestError::duplicate);
    if (parameters.items_.size() == kMaxParameters) return std::unexpected(DigestError::syntax);
    parameters.items_.push_back({name, *value});
    skip_spaces(rest);
    if (rest.empty()) return parameters;
    if (!rest.starts_with(',')) return std::unexpected(DigestError::syntax);
    rest.remove_prefix(1);
  }
}

std::optional<std::string_view> AuthParameters::get(std::string_view name) const {
  for (const Item& item : items_) {
    if (equal_without_case(item.name, name)) return item.value;
  }
  return std::nullopt;
}

void append_quoted(std::string& out, std::string_view before, std::string_view text) {
  out += before;
  out += '"';
  const bool plain = find_control(text.data(), 0, text.size()) == text.size() &&
                     find_any<'"', '\\', '\t'>(text.data(), 0, text.size()) == text.size();
  if (plain) {
    out += text;
  } else {
    append_escaped(out, text);
  }
  out += '"';
}

}  // namespace ringfence::sip_core::digest
