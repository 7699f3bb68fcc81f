#include "media-worker/port/media_socket.hpp"

#include <netinet/ip.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>

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

std::expected<Fd, BindError> new_socket(bool v6) {
  Fd socket(::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return std::unexpected(bind_error(errno));
  const int on = 1;
  if (v6) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  mark(socket, v6);
  return socket;
}

using Attach = int (*)(int, const sockaddr*, socklen_t);

bool attached(Attach bind_or_connect, int socket, const SocketAddress& address) {
  sockaddr_storage storage;
  const socklen_t length = address.to_sockaddr(storage);
  return bind_or_connect(socket, reinterpret_cast<const sockaddr*>(&storage), length) == 0;
}

void share_port(int socket, int whether) {
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &whether, sizeof whether);
}

// Nothing waits: nullopt. One without a time is as old as can be.
std::optional<WallTime> arrival_of_next(int socket) {
  char octet = 0;
  iovec data{&octet, sizeof octet};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(socket, &message, MSG_DONTWAIT | MSG_PEEK) < 0) return std::nullopt;
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec at{};
    std::memcpy(&at, CMSG_DATA(c), sizeof at);
    const auto since = std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec);
    return WallTime(std::chrono::duration_cast<WallTime::duration>(since));
  }
  return WallTime{};
}

}  // namespace

std::expected<Fd, BindError> open_media_socket(const SocketAddress& local) {
  auto socket = new_socket(local.ip.is_v6());
  if (!socket) return socket;
  const int on = 1;
  ::setsockopt(socket->get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  if (!attached(::bind, socket->get(), local)) return std::unexpected(bind_error(errno));
  return socket;
}

std::expected<Fd, BindError> open_connected_socket(int own, const SocketAddress& local,
                                                   const SocketAddress& remote) {
  auto socket = new_socket(local.ip.is_v6());
  if (!socket) return socket;
  // Both say so for this instant only: a port of ours is never anybody else's.
  for (const int each : {own, socket->get()})
    share_port(each, 1);
  const bool both =
      attached(::bind, socket->get(), local) && attached(::connect, socket->get(), remote);
  const int error = errno;
  for (const int each : {own, socket->get()})
    share_port(each, 0);
  if (!both) return std::unexpected(bind_error(error));
  return socket;
}

void discard_received_before(int socket, WallTime moment) {
  for (int i = 0; i < kMostDiscarded; ++i) {
    const auto arrived = arrival_of_next(socket);
    if (!arrived || *arrived >= moment) break;
    char octet = 0;
    static_cast<void>(::recv(socket, &octet, sizeof octet, MSG_DONTWAIT));
  }
}

}  // namespace ringfence::media_worker
