// Character classes of RFC 3261 §25.1 as one table, and the trimming that every field shares, so
// that names and values are told apart the same way everywhere (R038).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ringfence::sip_core::sip {

enum CharacterClass : std::uint16_t {
  kToken = 1,
  kUser = 2,  // unreserved and user-unreserved
  kPassword = 4,
  kUriParam = 8,    // paramchar
  kUriHeader = 16,  // hnv-unreserved and unreserved
  kHost = 32,       // letters, digits, '-', '.', and '_' as it is seen in the field
  kDigit = 64,
  kHexDigit = 128,
  kHeaderValue = 256,  // an unquoted parameter value of a header field, as it is seen in the field
  kLetter = 512,
  kName = 1024,  // of a display name without quotes: tokens, white space, UTF-8
};

extern const std::array<std::uint16_t, 256> kCharacterClasses;

inline bool is_class(char c, CharacterClass wanted) noexcept {
  return (kCharacterClasses[static_cast<unsigned char>(c)] & wanted) != 0;
}
// How many octets from `at` on are of the class.
inline std::size_t span_of_class(std::string_view text, CharacterClass wanted,
                                 std::size_t at = 0) noexcept {
  const char* const begin = text.data() + at;
  const char* const end = text.data() + text.size();
  const char* p = begin;
  while (p != end && is_class(*p, wanted))
    ++p;
  return static_cast<std::size_t>(p - begin);
}
inline bool all_of_class(std::string_view text, CharacterClass wanted) noexcept {
  return span_of_class(text, wanted) == text.size();
}
// The same, where "%" and two hexadecimal digits stand for one character.
std::size_t span_of_class_or_escaped(std::string_view text, CharacterClass wanted,
                                     std::size_t at = 0) noexcept;
inline bool all_of_class_or_escaped(std::string_view text, CharacterClass wanted) noexcept {
  return span_of_class_or_escaped(text, wanted) == text.size();
}

constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr bool equal_without_case(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  const char* const x = a.data();
  const char* const y = b.data();
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (x[i] != y[i] && to_lower(x[i]) != to_lower(y[i])) return false;
  }
  return true;
}
int hex_value(char c) noexcept;  // -1: not a digit

constexpr bool is_space(char c) noexcept {
  return c == ' ' || c == '\t';
}
constexpr std::string_view trim_front(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  return text;
}
constexpr std::string_view trim(std::string_view text) noexcept {
  text = trim_front(text);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

// Only digits, at least one; nullopt for anything else. Past the limit: the limit.
std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t limit) noexcept;
std::optional<std::uint16_t> parse_port(std::string_view text) noexcept;

// The octets of the quoted string that `text` begins with, both quotes included; npos when it does
// not end.
std::size_t quoted_string_size(std::string_view text) noexcept;

// The octets of the host that `text` begins with: a name, an IPv4 address or an IPv6 reference in
// brackets; 0 when there is none.
std::size_t host_size(std::string_view text) noexcept;

}  // namespace ringfence::sip_core::sip
