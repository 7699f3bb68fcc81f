// IpAddress and SocketAddress: values over the kernel's sockaddr. An IPv4-mapped IPv6 address is
// normalised to IPv4 at every entrance, so that one peer has one spelling.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ringfence {

using Port = std::uint16_t;

class IpAddress {
 public:
  enum class Family : std::uint8_t { v4, v6 };

  IpAddress() = default;  // 0.0.0.0
  // Numeric forms only; IPv6 with or without brackets, without a zone.
  static std::optional<IpAddress> parse(std::string_view text);
  static std::optional<IpAddress> from_bytes(Family family, const std::uint8_t* octets);

  Family family() const { return family_; }
  bool is_v6() const { return family_ == Family::v6; }
  const std::array<std::uint8_t, 16>& octets() const { return octets_; }  // v4: the first four
  std::string to_string() const;                                          // without brackets
  std::string in_brackets() const;  // as URIs and Via write it: IPv6 in brackets

  bool is_loopback() const;
  bool is_unspecified() const;
  bool is_multicast() const;
  bool is_link_local() const;
  // RFC 1918, loopback, link-local, unique-local: never blocked.
  bool is_private() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  Family family_ = Family::v4;
  std::array<std::uint8_t, 16> octets_{};
};

struct SocketAddress {
  IpAddress ip;
  Port port = 0;

  // "127.0.0.1:5060", "[::1]:5060".
  static std::optional<SocketAddress> parse(std::string_view text);
  static std::optional<SocketAddress> from_sockaddr(const sockaddr_storage& storage);
  // Returns the length for bind/connect/sendto.
  socklen_t to_sockaddr(sockaddr_storage& storage) const;
  std::string to_string() const;

  auto operator<=>(const SocketAddress&) const = default;
};

// "10.0.0.0/8", "2001:db8::/32", or a bare address as its own network.
struct IpNetwork {
  IpAddress address;
  std::uint8_t prefix = 0;

  static std::optional<IpNetwork> parse(std::string_view text);
  bool contains(const IpAddress& candidate) const;
  std::string to_string() const;
  auto operator<=>(const IpNetwork&) const = default;
};

}  // namespace ringfence

template <>
struct std::hash<ringfence::IpAddress> {
  std::size_t operator()(const ringfence::IpAddress& ip) const noexcept;
};
template <>
struct std::hash<ringfence::SocketAddress> {
  std::size_t operator()(const ringfence::SocketAddress& a) const noexcept {
    return std::hash<ringfence::IpAddress>{}(a.ip) * 31 + a.port;
  }
};
