#include "tls-front/framer/content_length.hpp"

#include <algorithm>

namespace ringfence::tls_front {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

}  // namespace

std::expected<std::size_t, ContentLengthError> parse_content_length(std::string_view value,
                                                                    std::size_t limit) {
  const std::string_view digits = trim(value);
  if (digits.empty() || !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) {
    return std::unexpected(ContentLengthError::invalid);
  }
  std::size_t length = 0;
  for (const char c : digits) {
    length = length * 10 + static_cast<std::size_t>(c - '0');
    if (length > limit) return std::unexpected(ContentLengthError::too_large);
  }
  return length;
}

bool is_content_length(std::string_view name) {
  constexpr std::string_view kLong = "content-length";
  if (name.size() == 1) return lower(name[0]) == 'l';
  return std::ranges::equal(name, kLong, [](char a, char b) { return lower(a) == b; });
}

}  // namespace ringfence::tls_front
