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
  const bool v6 = local.ip.is_v6();
  Fd socket(::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return std::unexpected(bind_error(errno));
  const int on = 1;
  if (v6) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  mark(socket, v6);
  sockaddr_storage storage;
  const socklen_t length = local.to_sockaddr(storage);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) {
    return std::unexpected(bind_error(errno));
  }
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
