#include "sip-core/sdp/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ringfence::sip_core::sdp {

namespace {

constexpr std::array<bool, 256> make_token_characters() {
  std::array<bool, 256> all{};
  for (std::size_t octet = 0x21; octet < 0x7f; ++octet) {
    all[octet] = !std::string_view("\"(),/:;<=>?@[\\]").contains(static_cast<char>(octet));
  }
  return all;
}

constexpr auto kTokenCharacters = make_token_characters();

}  // namespace

std::string_view take_word(std::string_view& rest) {
  const std::size_t space = rest.find(' ');
  const std::string_view word = rest.substr(0, space);
  rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
  return word;
}

std::string_view trim_spaces(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t'))
    text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t'))
    text.remove_suffix(1);
  return text;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t limit) {
  constexpr std::size_t kSafeDigits = 19;  // no number of so many digits passes 64 bits
  while (text.size() > kSafeDigits && text.front() == '0')
    text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (text.size() > kSafeDigits && number > (UINT64_MAX - digit) / 10) return std::nullopt;
    number = number * 10 + digit;
  }
  if (number > limit) return std::nullopt;
  return number;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return kTokenCharacters[static_cast<unsigned char>(c)];
  });
}

}  // namespace ringfence::sip_core::sdp
