#include <algorithm>

#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {
namespace {

constexpr std::size_t kLongestShortNumber = 6;       // emergency, services, extensions
constexpr std::size_t kShortestWithCountryCode = 9;  // of one written without + or 00
constexpr std::string_view kNorthAmerica = "1";      // no trunk prefix, ten digits

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Without any prefix: "4930123456"; empty: it cannot be told.
std::string international(std::string_view written, std::string_view digits,
                          std::string_view country_code) {
  if (written.starts_with('+')) return std::string(digits);
  if (take_prefix(digits, "00")) return std::string(digits);
  if (country_code.empty()) return {};
  if (country_code == kNorthAmerica) {
    if (digits.size() == 10) return std::string(country_code).append(digits);
    return digits.size() == 11 && digits.starts_with('1') ? std::string(digits) : "";
  }
  if (take_prefix(digits, "0")) return std::string(country_code).append(digits);
  const bool whole = digits.starts_with(country_code) && digits.size() >= kShortestWithCountryCode;
  return whole ? std::string(digits) : "";
}

}  // namespace

std::string format_number(std::string_view number, NumberFormat format,
                          std::string_view country_code) {
  const std::string digits = normalise_number(number);
  const bool marked = number.starts_with('+') || number.starts_with('0');
  if (format == NumberFormat::as_is || !is_digits(digits) ||
      (!marked && digits.size() <= kLongestShortNumber)) {
    return std::string(number);
  }
  const std::string whole = international(number, digits, country_code);
  if (whole.empty()) return std::string(number);
  if (format == NumberFormat::e164) return "+" + whole;
  std::string_view rest = whole;
  if (country_code.empty() || !take_prefix(rest, country_code)) return "00" + whole;
  return (country_code == kNorthAmerica ? "" : "0") + std::string(rest);
}

std::string normalise_number(std::string_view dialled) {
  dialled = dialled.substr(0, dialled.find(';'));
  std::string number;
  number.reserve(dialled.size());
  for (const char c : dialled) {
    // RFC 3966 §3 visual-separator, and the space that people type.
    if (c == '-' || c == '.' || c == '(' || c == ')' || c == ' ') continue;
    number.push_back(c);
  }
  if (number.starts_with('+')) number.erase(0, 1);
  return number;
}

}  // namespace ringfence::sip_core
