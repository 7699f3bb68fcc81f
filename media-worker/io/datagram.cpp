#include "media-worker/io/datagram.hpp"

#include <sys/socket.h>

namespace ringfence::media_worker {

std::optional<SocketAddress> Datagram::receive(int socket) noexcept {
  sockaddr_storage source;
  socklen_t length = sizeof source;
  const ssize_t n = ::recvfrom(socket, packet_.octets.data(), packet_.octets.size(), MSG_DONTWAIT,
                               reinterpret_cast<sockaddr*>(&source), &length);
  if (n < 0) return std::nullopt;
  size_ = static_cast<std::size_t>(n);
  return SocketAddress::from_sockaddr(source);
}

bool Datagram::receive_from_peer(int socket) noexcept {
  const ssize_t n = ::recv(socket, packet_.octets.data(), packet_.octets.size(), MSG_DONTWAIT);
  if (n < 0) return false;
  size_ = static_cast<std::size_t>(n);
  return true;
}

bool Datagram::send_to_peer(int socket, std::span<const std::uint8_t> octets) noexcept {
  return ::send(socket, octets.data(), octets.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

bool Datagram::send(int socket, const SocketAddress& destination,
                    std::span<const std::uint8_t> octets) noexcept {
  sockaddr_storage to;
  const socklen_t length = destination.to_sockaddr(to);
  return ::sendto(socket, octets.data(), octets.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                  reinterpret_cast<const sockaddr*>(&to), length) >= 0;
}

}  // namespace ringfence::media_worker
