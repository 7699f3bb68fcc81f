#include "media-worker/io/packet_batch.hpp"

namespace ringfence::media_worker {

PacketBatch::PacketBatch() {
  for (std::size_t i = 0; i < kBatchPackets; ++i) {
    receive_parts_[i] = {packets_[i].octets.data(), packets_[i].octets.size()};
    received_[i].msg_hdr.msg_iov = &receive_parts_[i];
    received_[i].msg_hdr.msg_iovlen = 1;
    received_[i].msg_hdr.msg_name = &sources_[i];
    to_send_[i].msg_hdr.msg_iov = &send_parts_[i];
    to_send_[i].msg_hdr.msg_iovlen = 1;
    to_send_[i].msg_hdr.msg_name = &destinations_[i];
  }
}

std::size_t PacketBatch::receive(int socket) noexcept {
  for (mmsghdr& message : received_) {
    message.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    message.msg_hdr.msg_flags = 0;
  }
  const int n = ::recvmmsg(socket, received_.data(), kBatchPackets, MSG_DONTWAIT, nullptr);
  return n > 0 ? static_cast<std::size_t>(n) : 0;
}

std::optional<SocketAddress> PacketBatch::source(std::size_t index) const noexcept {
  return SocketAddress::from_sockaddr(sources_[index]);
}

void PacketBatch::queue(const SocketAddress& destination,
                        std::span<const std::uint8_t> octets) noexcept {
  // sendmmsg does not write to what it sends; the interface predates const.
  send_parts_[queued_] = {const_cast<std::uint8_t*>(octets.data()), octets.size()};
  to_send_[queued_].msg_hdr.msg_namelen = destination.to_sockaddr(destinations_[queued_]);
  ++queued_;
}

std::uint32_t PacketBatch::flush(int socket) noexcept {
  std::uint32_t left = 0;
  std::size_t done = 0;
  while (done < queued_) {
    const int n = ::sendmmsg(socket, to_send_.data() + done, static_cast<unsigned>(queued_ - done),
                             MSG_DONTWAIT | MSG_NOSIGNAL);
    // An error is that of the first one left: it is lost, and the rest are tried.
    const std::size_t sent = n > 0 ? static_cast<std::size_t>(n) : 0;
    for (std::size_t i = 0; i < sent; ++i)
      left |= 1U << (done + i);
    done += n > 0 ? sent : 1;
  }
  queued_ = 0;
  return left;
}

}  // namespace ringfence::media_worker
