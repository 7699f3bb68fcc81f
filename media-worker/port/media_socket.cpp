#include "media-worker/port/media_socket.hpp"

#include <netinet/ip.h>
#include <sys/socket.h>

#include <cerrno>

namespace ringfence::media_worker {
namespace {

constexpr int kExpeditedForwarding = 0xb8;  // DSCP 46
constexpr int kMostDiscarded = 4096;

BindError bind_error(int error) {
  switch (error) {
    case EADDRINUSE:
    case EACCES:
      return BindError::port_taken;
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case EINVAL:
      return BindError::address_unusable;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return BindError::out_of_descriptors;
    default:
      return BindError::failed;
  }
}

// Marking is a courtesy to the network: where it is refused, media flows unmarked.
void mark(const Fd& socket, bool v6) {
  if (v6) {
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_TCLASS, &kExpeditedForwarding,
                 sizeof kExpeditedForwarding);
  } else {
    ::setsockopt(socket.get(), IPPROTO_IP, IP_TOS, &kExpeditedForwarding,
                 sizeof kExpeditedForwarding);
  }
}

}  // namespace

std::expected<Fd, BindError> open_media_socket(const SocketAddress& local) {
  const bool v6 = local.ip.is_v6();
  Fd socket(::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return std::unexpected(bind_error(errno));
  const int on = 1;
  if (v6) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  mark(socket, v6);
  sockaddr_storage storage;
  const socklen_t length = local.to_sockaddr(storage);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) {
    return std::unexpected(bind_error(errno));
  }
  return socket;
}

void discard_received(const Fd& socket) {
  char octet = 0;
  for (int i = 0; i < kMostDiscarded; ++i) {
    const ssize_t n = ::recv(socket.get(), &octet, sizeof octet, MSG_DONTWAIT | MSG_TRUNC);
    if (n < 0 && errno != EINTR) return;
  }
}

}  // namespace ringfence::media_worker
