// MediaPorts: an even UDP port for RTP and the next one for RTCP (RFC 3550 §11), on the address
// that the phone's signalling uses. Ports lie above the ephemeral ones and above what a box uses
// for RTP, which refuses media towards its own ports.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "runtime/fd.hpp"
#include "runtime/loop.hpp"
#include "runtime/random.hpp"
#include "runtime/result.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::admin {

class MediaPorts {
 public:
  using OnPacket = std::function<void(std::span<const std::uint8_t>)>;

  static Result<std::unique_ptr<MediaPorts>> bind(Loop& loop, const IpAddress& address,
                                                  Random& random);
  MediaPorts(const MediaPorts&) = delete;
  MediaPorts& operator=(const MediaPorts&) = delete;

  const SocketAddress& rtp_address() const { return rtp_address_; }
  void on_rtp(OnPacket handler) { on_rtp_ = std::move(handler); }
  void on_rtcp(OnPacket handler) { on_rtcp_ = std::move(handler); }
  // False when the kernel refuses; a lost packet is the measurement's to find.
  bool send_rtp(std::span<const std::uint8_t> packet, const SocketAddress& to) const;
  bool send_rtcp(std::span<const std::uint8_t> packet, const SocketAddress& to) const;

 private:
  MediaPorts(Loop& loop, const SocketAddress& rtp_address, Fd rtp, Fd rtcp);
  static void receive(const Fd& socket, const OnPacket& handler);

  SocketAddress rtp_address_;
  Fd rtp_;
  Fd rtcp_;
  OnPacket on_rtp_;
  OnPacket on_rtcp_;
  Poll rtp_poll_;
  Poll rtcp_poll_;
};

}  // namespace ringfence::admin
