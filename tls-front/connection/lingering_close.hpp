// LingeringClose: sockets whose owner is done with them but whose last words are not out yet. It
// writes the rest, sends FIN and reads on until the peer is done as well, for closing with unread
// input makes the kernel reset the connection and the peer lose the answer. Bounded in number and
// in time; beyond that a socket is closed at once.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "runtime/fd.hpp"
#include "runtime/loop.hpp"

namespace ringfence::tls_front {

class LingeringClose {
 public:
  static constexpr std::size_t kMaxSockets = 1024;
  static constexpr std::chrono::seconds kLimit{5};

  explicit LingeringClose(Loop& loop) : loop_(loop) {}
  LingeringClose(const LingeringClose&) = delete;
  LingeringClose& operator=(const LingeringClose&) = delete;

  void take(Fd socket, std::string last_words);

 private:
  struct Socket {
    Fd fd;
    std::string last_words;
    std::size_t sent = 0;
    Poll poll;  // closed before the descriptor
    Timer limit;
  };
  enum class Progress : std::uint8_t { goes_on, over };

  void ready(std::uint64_t number, Readiness readiness);
  static Progress write(Socket& socket);
  static Progress discard(const Socket& socket);

  Loop& loop_;
  std::uint64_t next_number_ = 1;
  std::unordered_map<std::uint64_t, Socket> sockets_;
};

}  // namespace ringfence::tls_front
