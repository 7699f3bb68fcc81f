#include "sip-core/message/characters.hpp"

#include <algorithm>

#include "runtime/octet_scan.hpp"

namespace ringfence::sip_core::sip {

namespace {

constexpr std::array<std::uint16_t, 256> make_classes() {
  std::array<std::uint16_t, 256> classes{};
  const auto mark = [&](std::string_view characters, int bits) {
    for (const char c : characters) {
      auto& entry = classes[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint16_t>(entry | bits);
    }
  };
  constexpr std::string_view kDigits = "0123456789";
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr int kEverywhere = kToken | kUser | kPassword | kUriParam | kUriHeader | kHost;
  mark(kDigits, kEverywhere | kDigit | kHexDigit);
  mark(kLetters, kEverywhere | kLetter);
  mark("abcdefABCDEF", kHexDigit);
  mark("-.!%*_+`'~", kToken);
  constexpr std::string_view kMark = "-_.!~*'()";
  mark(kMark, kUser | kPassword | kUriParam | kUriHeader);
  mark("&=+$,;?/", kUser);
  mark("&=+$,", kPassword);
  mark("[]/:&+$", kUriParam);
  mark("[]/?:+$", kUriHeader);
  mark("-._", kHost);
  mark("=@#|^", kHeaderValue);
  mark(" \t", kName);
  for (std::size_t octet = 0; octet < classes.size(); ++octet) {
    auto& entry = classes[octet];
    // A host stands in such values too (IPv6 in brackets and without, as RFC 5118 §4.5 has
    // received), and what gruu, instance and uri values are made of.
    const bool value = (entry & (kToken | kUriParam)) != 0 || octet >= 0x80;
    const bool name = (entry & kToken) != 0 || octet >= 0x80;
    entry = static_cast<std::uint16_t>(entry | (value ? kHeaderValue : 0) | (name ? kName : 0));
  }
  return classes;
}

}  // namespace

constexpr std::array<std::uint16_t, 256> kCharacterClasses = make_classes();

std::size_t span_of_class_or_escaped(std::string_view text, CharacterClass wanted,
                                     std::size_t at) noexcept {
  const char* const data = text.data();
  const std::size_t begin = at;
  while (true) {
    at += span_of_class(text, wanted, at);
    const bool escaped = at + 2 < text.size() && data[at] == '%' &&
                         is_class(data[at + 1], kHexDigit) && is_class(data[at + 2], kHexDigit);
    if (!escaped) return at - begin;
    at += 3;
  }
}

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t limit) noexcept {
  constexpr std::size_t kSafeDigits = 19;  // no number of so many digits passes 64 bits
  if (text.empty() || !all_of_class(text, kDigit)) return std::nullopt;
  std::uint64_t number = 0;
  if (text.size() <= kSafeDigits) {
    for (const char c : text)
      number = number * 10 + static_cast<std::uint64_t>(c - '0');
    return number < limit ? number : limit;
  }
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
  const char* const data = text.data();
  std::size_t i = find_any<'"', '\\'>(data, 1, text.size());
  while (i < text.size() && data[i] != '"')
    i = find_any<'"', '\\'>(data, i + 2, text.size());
  return i < text.size() ? i + 1 : std::string_view::npos;
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
  return span_of_class(text, kHost);
}

}  // namespace ringfence::sip_core::sip
