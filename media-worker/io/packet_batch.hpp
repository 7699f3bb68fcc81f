// PacketBatch: the fixed storage through which every packet of the process passes, and the system
// calls that fill and empty it: one recvmmsg for what waits at a socket, one sendmmsg for what
// leaves through another. Allocates nothing after its construction. One per process, used by one
// wake-up at a time.
#pragma once

#include <sys/socket.h>

#include <array>
#include <span>

#include "media-worker/rtp/packet_storage.hpp"
#include "runtime/fd.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::media_worker {

// A socket with more than this waiting is read again on the next turn, after the others.
inline constexpr std::size_t kBatchPackets = 8;

class PacketBatch {
 public:
  PacketBatch();
  PacketBatch(const PacketBatch&) = delete;
  PacketBatch& operator=(const PacketBatch&) = delete;

  // How many datagrams came; they stay until the next receive().
  std::size_t receive(int socket) noexcept;
  std::span<std::uint8_t> storage(std::size_t index) noexcept { return packets_[index].octets; }
  // A datagram longer than the storage counts as longer than kMaxPacket.
  std::size_t size(std::size_t index) const noexcept { return received_[index].msg_len; }
  std::optional<SocketAddress> source(std::size_t index) const noexcept;

  // `octets` point into this batch's storage.
  void queue(const SocketAddress& destination, std::span<const std::uint8_t> octets) noexcept;
  std::size_t queued() const noexcept { return queued_; }
  // Sends what is queued and forgets it. Bit i of the result: datagram i left.
  std::uint32_t flush(int socket) noexcept;

 private:
  std::array<PacketStorage, kBatchPackets> packets_;
  std::array<sockaddr_storage, kBatchPackets> sources_{};
  std::array<iovec, kBatchPackets> receive_parts_{};
  std::array<mmsghdr, kBatchPackets> received_{};
  std::array<sockaddr_storage, kBatchPackets> destinations_{};
  std::array<iovec, kBatchPackets> send_parts_{};
  std::array<mmsghdr, kBatchPackets> to_send_{};
  std::size_t queued_ = 0;
};

}  // namespace ringfence::media_worker
