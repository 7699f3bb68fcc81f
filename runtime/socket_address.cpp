#include "runtime/socket_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace ringfence {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

template <typename T>
std::optional<T> parse_number(std::string_view text, unsigned maximum) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > maximum) return {};
  return static_cast<T>(value);
}

}  // namespace

std::optional<IpAddress> IpAddress::from_bytes(Family family, const std::uint8_t* octets) {
  IpAddress ip;
  if (family == Family::v6 && std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), octets)) {
    octets += kMappedPrefix.size();
    family = Family::v4;
  }
  ip.family_ = family;
  std::copy_n(octets, family == Family::v4 ? 4 : 16, ip.octets_.begin());
  return ip;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
    if (text.find(':') == std::string_view::npos) return {};
  }
  char terminated[INET6_ADDRSTRLEN] = {};
  if (text.empty() || text.size() >= sizeof terminated) return {};
  // The system's reader ends at a NUL and would not see what follows.
  if (text.find('\0') != std::string_view::npos) return {};
  std::copy(text.begin(), text.end(), terminated);
  std::array<std::uint8_t, 16> octets{};
  if (::inet_pton(AF_INET, terminated, octets.data()) == 1) {
    return from_bytes(Family::v4, octets.data());
  }
  if (::inet_pton(AF_INET6, terminated, octets.data()) == 1) {
    return from_bytes(Family::v6, octets.data());
  }
  return {};
}

std::string IpAddress::to_string() const {
  char text[INET6_ADDRSTRLEN] = {};
  if (is_v6()) {
    ::inet_ntop(AF_INET6, octets_.data(), text, sizeof text);
    return text;
  }
  // Every message's Via and key holds one: the system's writer goes through printf.
  char* end = text;
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) *end++ = '.';
    end = std::to_chars(end, std::end(text), octets_[i]).ptr;
  }
  return {text, end};
}

std::string IpAddress::in_brackets() const {
  return is_v6() ? "[" + to_string() + "]" : to_string();
}

bool IpAddress::is_loopback() const {
  if (!is_v6()) return octets_[0] == 127;
  return std::all_of(octets_.begin(), octets_.end() - 1, [](auto o) { return o == 0; }) &&
         octets_[15] == 1;
}

bool IpAddress::is_unspecified() const {
  return std::all_of(octets_.begin(), octets_.end(), [](auto o) { return o == 0; });
}

bool IpAddress::is_multicast() const {
  return is_v6() ? octets_[0] == 0xff : (octets_[0] & 0xf0) == 0xe0;
}

bool IpAddress::is_link_local() const {
  if (is_v6()) return octets_[0] == 0xfe && (octets_[1] & 0xc0) == 0x80;
  return octets_[0] == 169 && octets_[1] == 254;
}

bool IpAddress::is_private() const {
  if (is_loopback() || is_link_local()) return true;
  if (is_v6()) return (octets_[0] & 0xfe) == 0xfc;
  return octets_[0] == 10 || (octets_[0] == 172 && (octets_[1] & 0xf0) == 16) ||
         (octets_[0] == 192 && octets_[1] == 168);
}

std::optional<SocketAddress> SocketAddress::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  const auto host = text.substr(0, colon);
  if (host.find(':') != std::string_view::npos && host.front() != '[') return {};
  const auto ip = IpAddress::parse(host);
  const auto port = parse_number<Port>(text.substr(colon + 1), 65535);
  if (!ip || !port) return {};
  return SocketAddress{*ip, *port};
}

std::optional<SocketAddress> SocketAddress::from_sockaddr(const sockaddr_storage& storage) {
  if (storage.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &storage, sizeof in);
    std::array<std::uint8_t, 4> octets{};
    std::memcpy(octets.data(), &in.sin_addr, octets.size());
    return SocketAddress{*IpAddress::from_bytes(IpAddress::Family::v4, octets.data()),
                         ntohs(in.sin_port)};
  }
  if (storage.ss_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, &storage, sizeof in6);
    return SocketAddress{*IpAddress::from_bytes(IpAddress::Family::v6, in6.sin6_addr.s6_addr),
                         ntohs(in6.sin6_port)};
  }
  return {};
}

socklen_t SocketAddress::to_sockaddr(sockaddr_storage& storage) const {
  storage = {};
  if (!ip.is_v6()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, ip.octets().data(), 4);
    std::memcpy(&storage, &in, sizeof in);
    return sizeof in;
  }
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(port);
  std::memcpy(in6.sin6_addr.s6_addr, ip.octets().data(), 16);
  std::memcpy(&storage, &in6, sizeof in6);
  return sizeof in6;
}

std::string SocketAddress::to_string() const {
  return ip.in_brackets() + ":" + std::to_string(port);
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto ip = IpAddress::parse(text.substr(0, slash));
  if (!ip) return {};
  const unsigned maximum = ip->is_v6() ? 128 : 32;
  if (slash == std::string_view::npos) return IpNetwork{*ip, static_cast<std::uint8_t>(maximum)};
  const auto prefix = parse_number<std::uint8_t>(text.substr(slash + 1), maximum);
  if (!prefix) return {};
  return IpNetwork{*ip, *prefix};
}

std::string IpNetwork::to_string() const {
  return address.to_string() + "/" + std::to_string(prefix);
}

bool IpNetwork::contains(const IpAddress& candidate) const {
  if (candidate.family() != address.family()) return false;
  const std::size_t whole = prefix / 8;
  if (!std::equal(address.octets().begin(),
                  address.octets().begin() + static_cast<std::ptrdiff_t>(whole),
                  candidate.octets().begin())) {
    return false;
  }
  if (prefix % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - prefix % 8));
  return (address.octets()[whole] & mask) == (candidate.octets()[whole] & mask);
}

}  // namespace ringfence

std::size_t std::hash<ringfence::IpAddress>::operator()(
    const ringfence::IpAddress& ip) const noexcept {
  std::uint64_t halves[2];
  std::memcpy(halves, ip.octets().data(), sizeof halves);
  return static_cast<std::size_t>((halves[0] * 0x9e3779b97f4a7c15ULL) ^ halves[1]);
}
