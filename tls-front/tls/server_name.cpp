#include "tls-front/tls/server_name.hpp"

#include <algorithm>

#include "runtime/socket_address.hpp"

namespace ringfence::tls_front {
namespace {

constexpr std::uint8_t kHostName = 0;
constexpr std::size_t kListHeader = 2;
constexpr std::size_t kNameHeader = 3;  // type and length

std::size_t big_endian_16(std::span<const std::uint8_t> octets) {
  return static_cast<std::size_t>(octets[0]) << 8 | octets[1];
}

bool is_printable(std::uint8_t octet) {
  return octet > 0x20 && octet < 0x7f;
}

}  // namespace

std::expected<std::optional<std::string>, ServerNameError> parse_server_name(
    std::span<const std::uint8_t> extension) {
  constexpr auto kMalformed = std::unexpected(ServerNameError::malformed);
  if (extension.size() < kListHeader + kNameHeader + 1) return kMalformed;
  const auto list = extension.subspan(kListHeader);
  if (big_endian_16(extension) != list.size() || list[0] != kHostName) return kMalformed;
  // A second name would leave room behind the first: RFC 6066 §3 forbids two of one type.
  const auto name = list.subspan(kNameHeader);
  if (big_endian_16(list.subspan(1)) != name.size() || name.size() > 255) return kMalformed;
  if (!std::ranges::all_of(name, is_printable)) return kMalformed;
  std::string text(name.begin(), name.end());
  if (IpAddress::parse(text)) return std::nullopt;
  return normalised_name(text);
}

std::string normalised_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

}  // namespace ringfence::tls_front
