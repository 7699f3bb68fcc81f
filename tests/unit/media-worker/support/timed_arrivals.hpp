// While one lives, the kernel notes when a packet arrives. It begins so in the background, some
// time after the first socket asked for it; until then a packet bears the time at which it is read.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "media-worker/port/media_socket.hpp"
#include "support/loopback.hpp"

namespace ringfence::media_worker::test {

class TimedArrivals {
 public:
  TimedArrivals() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!is_timed_by_arrival()) {
      if (std::chrono::steady_clock::now() > deadline) {
        throw std::runtime_error("the kernel does not note when packets arrive");
      }
      std::this_thread::yield();
    }
  }

 private:
  bool is_timed_by_arrival() {
    char octet = 'x';
    sockaddr_storage storage;
    const socklen_t length = local_.to_sockaddr(storage);
    ::sendto(socket_.get(), &octet, 1, 0, reinterpret_cast<const sockaddr*>(&storage), length);
    discard_received_before(socket_.get(), std::chrono::system_clock::now());
    return ::recv(socket_.get(), &octet, 1, MSG_DONTWAIT) < 0;
  }

  SocketAddress local_{*IpAddress::parse(own_loopback()), 12499};
  Fd socket_ = std::move(*open_media_socket(local_));
};

}  // namespace ringfence::media_worker::test
