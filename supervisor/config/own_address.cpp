#include "supervisor/config/own_address.hpp"

#include <sys/socket.h>

#include "runtime/fd.hpp"

namespace ringfence::supervisor {

std::string own_address(IpAddress::Family family) {
  const bool v6 = family == IpAddress::Family::v6;
  const std::string loopback = v6 ? "::1" : "127.0.0.1";
  // Documentation addresses (RFC 5737, RFC 3849): routed like any other, and nobody's. Connecting
  // a UDP socket only chooses the source address.
  const SocketAddress somewhere{*IpAddress::parse(v6 ? "2001:db8::1" : "192.0.2.1"), 9};
  const Fd fd(::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return loopback;
  sockaddr_storage storage{};
  socklen_t length = somewhere.to_sockaddr(storage);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) {
    return loopback;
  }
  length = sizeof storage;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&storage), &length) != 0) {
    return loopback;
  }
  const auto own = SocketAddress::from_sockaddr(storage);
  return own ? own->ip.to_string() : loopback;
}

}  // namespace ringfence::supervisor
