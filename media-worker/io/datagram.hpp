// Datagram: the fixed storage through which every packet of the process passes, and the two system
// calls that fill and empty it. One packet each: every leg has a socket of its own, to which one
// comes in 20 ms, so that calls for many would find one and cost more. Allocates nothing. One per
// process, used by one wake-up at a time.
#pragma once

#include <optional>
#include <span>

#include "media-worker/rtp/packet_storage.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::media_worker {

class Datagram {
 public:
  // Where it came from; nothing waits, or its address is of no family that we know: none.
  std::optional<SocketAddress> receive(int socket) noexcept;
  // Of a connected socket: whether something came.
  bool receive_from_peer(int socket) noexcept;
  std::span<std::uint8_t> storage() noexcept { return packet_.octets; }
  // A datagram longer than the storage counts as longer than kMaxPacket.
  std::size_t size() const noexcept { return size_; }

  // Whether it left.
  static bool send(int socket, const SocketAddress& destination,
                   std::span<const std::uint8_t> octets) noexcept;
  static bool send_to_peer(int socket, std::span<const std::uint8_t> octets) noexcept;

 private:
  PacketStorage packet_;
  std::size_t size_ = 0;
};

}  // namespace ringfence::media_worker
