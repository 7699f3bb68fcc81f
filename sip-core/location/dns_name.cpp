#include "sip-core/location/dns_name.hpp"

#include <algorithm>

namespace ringfence::sip_core {
namespace {

constexpr std::size_t kLongestName = 255;
constexpr std::uint8_t kPointer = 0xc0;
constexpr std::uint8_t kLongestLabel = 63;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// What may stand in the name of a host or service; anything else is nobody that we could call.
bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool append_label(std::span<const std::uint8_t> label, std::string& text) {
  if (!text.empty()) text += '.';
  for (const std::uint8_t octet : label) {
    const char c = lower(static_cast<char>(octet));
    if (!is_name_character(c)) return false;
    text += c;
  }
  return text.size() <= kLongestName;
}

}  // namespace

std::optional<DnsName> read_dns_name(std::span<const std::uint8_t> message, std::size_t at) {
  DnsName name;
  std::size_t lowest = at;  // pointers lead below everything that was read before
  while (at < message.size()) {
    const std::uint8_t length = message[at];
    if ((length & kPointer) == kPointer) {
      if (at + 1 >= message.size()) return std::nullopt;
      if (name.end == 0) name.end = at + 2;
      const std::size_t to = static_cast<std::size_t>(length & ~kPointer) << 8 | message[at + 1];
      if (to >= lowest) return std::nullopt;
      lowest = at = to;
      continue;
    }
    if (length > kLongestLabel || message.size() - at - 1 < length) return std::nullopt;
    if (length == 0) {
      if (name.end == 0) name.end = at + 1;
      if (name.text.empty()) name.text = ".";
      return name;
    }
    if (!append_label(message.subspan(at + 1, length), name.text)) return std::nullopt;
    at += 1U + length;
  }
  return std::nullopt;
}

std::string lower_dns_name(std::string_view name) {
  if (name.size() > 1 && name.ends_with('.')) name.remove_suffix(1);
  std::string text(name);
  std::ranges::transform(text, text.begin(), lower);
  return text;
}

}  // namespace ringfence::sip_core
