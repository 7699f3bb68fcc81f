#include "admin/selftest/transport/media_ports.hpp"

#include <sys/socket.h>

#include <array>

namespace ringfence::admin {
namespace {

constexpr Port kLowestPort = 61000;
constexpr Port kHighestPort = 65534;
constexpr int kTries = 64;

Result<Fd> bound_socket(const SocketAddress& address) {
  sockaddr_storage storage{};
  const socklen_t size = address.to_sockaddr(storage);
  Fd fd(::socket(storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return system_error("cannot make a socket");
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0) {
    return system_error("cannot bind " + address.to_string());
  }
  return fd;
}

bool send(const Fd& socket, std::span<const std::uint8_t> packet, const SocketAddress& to) {
  sockaddr_storage storage{};
  const socklen_t size = to.to_sockaddr(storage);
  return ::sendto(socket.get(), packet.data(), packet.size(), 0,
                  reinterpret_cast<const sockaddr*>(&storage), size) >= 0;
}

}  // namespace

Result<std::unique_ptr<MediaPorts>> MediaPorts::bind(Loop& loop, const IpAddress& address,
                                                     Random& random) {
  constexpr std::uint64_t kPairs = (kHighestPort - kLowestPort) / 2 + 1;
  Error last{"no UDP port is free"};
  for (int i = 0; i < kTries; ++i) {
    const auto port = static_cast<Port>(kLowestPort + 2 * (random.number() % kPairs));
    auto rtp = bound_socket({address, port});
    if (!rtp) {
      last = rtp.error();
      continue;
    }
    auto rtcp = bound_socket({address, static_cast<Port>(port + 1)});
    if (!rtcp) {
      last = rtcp.error();
      continue;
    }
    return std::unique_ptr<MediaPorts>(
        new MediaPorts(loop, {address, port}, std::move(*rtp), std::move(*rtcp)));
  }
  return std::unexpected(last);
}

MediaPorts::MediaPorts(Loop& loop, const SocketAddress& rtp_address, Fd rtp, Fd rtcp)
    : rtp_address_(rtp_address),
      rtp_(std::move(rtp)),
      rtcp_(std::move(rtcp)),
      rtp_poll_(loop, rtp_.get(), [this](Readiness) { receive(rtp_, on_rtp_); }),
      rtcp_poll_(loop, rtcp_.get(), [this](Readiness) { receive(rtcp_, on_rtcp_); }) {
  rtp_poll_.watch(Interest::readable);
  rtcp_poll_.watch(Interest::readable);
}

void MediaPorts::receive(const Fd& socket, const OnPacket& handler) {
  std::array<std::uint8_t, 2048> packet{};
  // Bounded, so that the timers of the loop come in between.
  for (int i = 0; i < 64; ++i) {
    const ssize_t size = ::recv(socket.get(), packet.data(), packet.size(), 0);
    if (size < 0) return;
    if (handler) handler(std::span(packet).first(static_cast<std::size_t>(size)));
  }
}

bool MediaPorts::send_rtp(std::span<const std::uint8_t> packet, const SocketAddress& to) const {
  return send(rtp_, packet, to);
}

bool MediaPorts::send_rtcp(std::span<const std::uint8_t> packet, const SocketAddress& to) const {
  return send(rtcp_, packet, to);
}

}  // namespace ringfence::admin
