// Source: how many addresses count as one sender. IPv4 alone, IPv6 by its /64, for one host owns
// all of that. Private sources (RFC 1918, loopback, link-local, unique-local) are never blocked and
// never limited: behind them are our own phones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/socket_address.hpp"

namespace ringfence::tls_front {

class Source {
 public:
  static Source of(const IpAddress& address);

  bool is_private() const { return network_.is_private(); }
  bool is_v6() const { return network_.is_v6(); }
  // "203.0.113.7", "2001:db8:1:2::/64"; read is any address of the network, too.
  std::string to_string() const;
  static std::optional<Source> parse(std::string_view text);

  const IpAddress& network() const { return network_; }
  auto operator<=>(const Source&) const = default;

 private:
  IpAddress network_;  // public IPv6: the lower 64 bits are zero
};

}  // namespace ringfence::tls_front

template <>
struct std::hash<ringfence::tls_front::Source> {
  std::size_t operator()(const ringfence::tls_front::Source& source) const noexcept {
    return std::hash<ringfence::IpAddress>{}(source.network());
  }
};
