#include "sip-core/message/characters.hpp"

#include <algorithm>

namespace ringfence::sip_core::sip {

namespace {

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  const auto mark = [&](std::string_view characters, int bits) {
    for (const char c : characters) {
      auto& entry = classes[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint8_t>(entry | bits);
    }
  };
  constexpr std::string_view kDigits = "0123456789";
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr int kEverywhere = kToken | kUser | kPassword | kUriParam | kUriHeader | kHost;
  mark(kDigits, kEverywhere | kDigit | kHexDigit);
  mark(kLetters, kEverywhere);
  mark("abcdefABCDEF", kHexDigit);
  mark("-.!%*_+`'~", kToken);
  constexpr std::string_view kMark = "-_.!~*'()";
  mark(kMark, kUser | kPassword | kUriParam | kUriHeader);
  mark("&=+$,;?/", kUser);
  mark("&=+$,", kPassword);
  mark("[]/:&+$", kUriParam);
  mark("[]/?:+$", kUriHeader);
  mark("-._", kHost);
  return classes;
}

}  // namespace

constexpr std::array<std::uint8_t, 256> kCharacterClasses = make_classes();

bool all_of_class(std::string_view text, CharacterClass wanted) noexcept {
  return std::ranges::all_of(text, [wanted](char c) { return is_class(c, wanted); });
}

bool all_of_class_or_escaped(std::string_view text, CharacterClass wanted) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return false;
      if (!is_class(text[i + 1], kHexDigit) || !is_class(text[i + 2], kHexDigit)) return false;
      i += 2;
    } else if (!is_class(text[i], wanted)) {
      return false;
    }
  }
  return true;
}

bool equal_without_case(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t limit) noexcept {
  if (text.empty() || !all_of_class(text, kDigit)) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (digit > limit || number > (limit - digit) / 10) return limit;
    number = number * 10 + digit;
  }
  return number;
}

std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
  const auto number = parse_number(text, 65'536);
  if (!number || *number > 65'535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

std::size_t quoted_string_size(std::string_view text) noexcept {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

std::size_t host_size(std::string_view text) noexcept {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end < 3) return 0;
    const std::string_view inside = text.substr(1, end - 1);
    const bool ok = std::ranges::all_of(
        inside, [](char c) { return is_class(c, kHexDigit) || c == ':' || c == '.'; });
    return ok && inside.find(':') != std::string_view::npos ? end + 1 : 0;
  }
  std::size_t size = 0;
  while (size < text.size() && is_class(text[size], kHost))
    ++size;
  return size;
}

}  // namespace ringfence::sip_core::sip
