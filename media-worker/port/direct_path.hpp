// DirectPath: a second socket on an RTP port, connected to the one peer that a stream which lasts
// comes from and goes to. The kernel then looks up no route and copies no address for each packet,
// which is a tenth of what carrying one costs. The port's own socket stays and hears everybody
// else, so that a stranger is counted and a stream that moves is followed as before. Given up for
// good where the system reports an error on it: who forges an ICMP message gains nothing.
#pragma once

#include <functional>
#include <optional>

#include "media-worker/port/media_socket.hpp"
#include "runtime/loop.hpp"

namespace ringfence::media_worker {

class DirectPath {
 public:
  // Packets in a row: a second of speech, so that a short call does not pay for it.
  static constexpr int kLasting = 50;

  // A packet from there was accepted that came by the port's own socket.
  void heard(const SocketAddress& source) noexcept;
  // Whether it is worth opening to a peer that media goes to.
  bool is_due(const SocketAddress& destination) const noexcept {
    return in_a_row_ >= kLasting && !socket_ && !given_up_ && destination == source_;
  }
  // `own` is the port's own socket, at `local`. Whether it could be opened; what waits in it then
  // may still be from anybody.
  bool open(Loop& loop, int own, const SocketAddress& local, std::function<void()> on_readable);
  bool is_open() const noexcept { return static_cast<bool>(socket_); }
  // Media goes elsewhere, or the session is over; another may be due later.
  void close() noexcept;
  // A system call on it ended with that error.
  void failed(int error) noexcept;

  // While it is open.
  int socket() const noexcept { return socket_.get(); }
  const SocketAddress& peer() const noexcept { return source_; }

 private:
  void give_up() noexcept;

  SocketAddress source_;
  int in_a_row_ = 0;
  bool given_up_ = false;
  Fd socket_;
  std::optional<Poll> poll_;  // ends before the socket does
};

}  // namespace ringfence::media_worker
