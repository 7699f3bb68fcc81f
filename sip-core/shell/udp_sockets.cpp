#include "sip-core/shell/udp_sockets.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace ringfence::sip_core {
namespace {

constexpr std::size_t kBatch = 32;
constexpr std::size_t kMaxDatagram = 65'536;
constexpr int kBatchesPerTurn = 4;  // then the other sockets and the timers have their turn
constexpr std::chrono::seconds kTooLate{32};

using WallNanoseconds = std::chrono::nanoseconds;  // since 1970

WallNanoseconds wall_clock() {
  return std::chrono::system_clock::now().time_since_epoch();
}

// Zero where the kernel did not say.
WallNanoseconds received_at(msghdr& header) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec time{};
    std::memcpy(&time, CMSG_DATA(c), sizeof time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }
  return {};
}

}  // namespace

struct UdpSockets::Batch {
  struct Control {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> octets;
  };
  std::vector<char> octets = std::vector<char>(kBatch * kMaxDatagram);
  std::array<sockaddr_storage, kBatch> addresses{};
  std::array<iovec, kBatch> pieces{};
  std::array<Control, kBatch> controls{};
  std::array<mmsghdr, kBatch> headers{};
  TimePoint now;  // of its receipt
  WallNanoseconds wall{};

  Batch() { prepare(kBatch); }

  // The first so many, after the kernel has written to them.
  void prepare(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      pieces[i] = {octets.data() + i * kMaxDatagram, kMaxDatagram};
      msghdr& header = headers[i].msg_hdr;
      header = {};
      header.msg_name = &addresses[i];
      header.msg_namelen = sizeof addresses[i];
      header.msg_iov = &pieces[i];
      header.msg_iovlen = 1;
      header.msg_control = controls[i].octets.data();
      header.msg_controllen = controls[i].octets.size();
    }
  }
};

UdpSockets::UdpSockets(Loop& loop, Logger& log, Counters& counters,
                       std::function<void(DatagramReceived)> on_datagram)
    : loop_(loop),
      log_(log),
      received_(counters.get("sip_udp_received_total")),
      sent_(counters.get("sip_udp_sent_total")),
      late_(counters.get("sip_udp_late_total")),
      truncated_(counters.get("sip_udp_truncated_total")),
      send_failed_(counters.get("sip_udp_send_failed_total")),
      on_datagram_(std::move(on_datagram)),
      batch_(std::make_unique<Batch>()) {}

UdpSockets::~UdpSockets() = default;

void UdpSockets::add(ListenerId listener, Fd socket) {
  remove(listener);
  const int on = 1;
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) {
    log_.warning("datagrams carry no receive times", {{"listener", listener.value}});
  }
  Socket& added = sockets_[listener];
  added.poll = Poll(loop_, socket.get(), [this, listener](Readiness) { receive(listener); });
  added.fd = std::move(socket);
  added.poll.watch(Interest::readable);
}

void UdpSockets::remove(ListenerId listener) {
  const auto found = sockets_.find(listener);
  if (found == sockets_.end()) return;
  found->second.poll.close();
  sockets_.erase(found);
}

void UdpSockets::receive(ListenerId listener) {
  for (int i = 0; i < kBatchesPerTurn; ++i) {
    const auto socket = sockets_.find(listener);
    if (socket == sockets_.end() || !receive_batch(listener, socket->second.fd.get())) return;
  }
}

// True: there may be more.
bool UdpSockets::receive_batch(ListenerId listener, int fd) {
  const int count = ::recvmmsg(fd, batch_->headers.data(), kBatch, MSG_DONTWAIT, nullptr);
  // An error here is about an earlier datagram of ours (ICMP); it is cleared by having been read.
  if (count < 0) return errno == EINTR || errno == ECONNREFUSED;
  batch_->now = loop_.now();
  batch_->wall = wall_clock();
  for (int i = 0; i < count; ++i) {
    const auto index = static_cast<std::size_t>(i);
    take(listener, index, batch_->headers[index].msg_len);
  }
  batch_->prepare(static_cast<std::size_t>(count));
  return static_cast<std::size_t>(count) == kBatch;
}

void UdpSockets::take(ListenerId listener, std::size_t index, std::size_t size) {
  received_.add();
  msghdr& header = batch_->headers[index].msg_hdr;
  if ((header.msg_flags & MSG_TRUNC) != 0) {
    truncated_.add();
    return;
  }
  // The kernel stamps by the wall clock, which may have been set since: no age below zero.
  const auto at = received_at(header);
  const auto age = at.count() == 0 ? Duration::zero() : std::max(batch_->wall - at, {});
  if (age > kTooLate) {
    late_.add();
    return;
  }
  const auto remote = SocketAddress::from_sockaddr(batch_->addresses[index]);
  if (!remote) return;
  on_datagram_({listener, *remote, std::string(batch_->octets.data() + index * kMaxDatagram, size),
                batch_->now - age});
}

void UdpSockets::send(SendDatagram datagram) {
  const auto socket = sockets_.find(datagram.flow.listener);
  if (socket == sockets_.end()) {
    send_failed_.add();
    return;
  }
  socket->second.outgoing.push_back(std::move(datagram));
}

void UdpSockets::flush() {
  for (auto& [listener, socket] : sockets_) {
    if (!socket.outgoing.empty()) flush_socket(socket);
  }
}

void UdpSockets::flush_socket(Socket& socket) {
  // Filled as far as there is something to send.
  std::array<sockaddr_storage, kBatch> addresses;
  std::array<iovec, kBatch> pieces;
  std::array<mmsghdr, kBatch> headers;
  std::size_t next = 0;
  while (next < socket.outgoing.size()) {
    const std::size_t count = std::min(kBatch, socket.outgoing.size() - next);
    for (std::size_t i = 0; i < count; ++i) {
      SendDatagram& datagram = socket.outgoing[next + i];
      pieces[i] = {datagram.octets.data(), datagram.octets.size()};
      headers[i] = {};
      headers[i].msg_hdr.msg_name = &addresses[i];
      headers[i].msg_hdr.msg_namelen = datagram.flow.remote.to_sockaddr(addresses[i]);
      headers[i].msg_hdr.msg_iov = &pieces[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
    const int sent =
        ::sendmmsg(socket.fd.get(), headers.data(), static_cast<unsigned>(count), MSG_DONTWAIT);
    if (sent > 0) {
      sent_.add(static_cast<std::uint64_t>(sent));
      next += static_cast<std::size_t>(sent);
    } else if (errno != EINTR) {
      // The first of the rest cannot be sent: it alone is given up.
      send_failed_.add();
      ++next;
    }
  }
  socket.outgoing.clear();
}

}  // namespace ringfence::sip_core
