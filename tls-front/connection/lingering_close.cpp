#include "tls-front/connection/lingering_close.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace ringfence::tls_front {
namespace {

constexpr int kReadsPerTurn = 4;

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

void LingeringClose::take(Fd socket, std::string last_words) {
  if (sockets_.size() >= kMaxSockets) return;
  const std::uint64_t number = next_number_++;
  Socket& kept = sockets_[number];
  kept.fd = std::move(socket);
  kept.last_words = std::move(last_words);
  if (write(kept) == Progress::over) {
    sockets_.erase(number);
    return;
  }
  kept.limit = loop_.after(kLimit, [this, number] { sockets_.erase(number); });
  kept.poll = Poll(loop_, kept.fd.get(), [this, number](Readiness r) { ready(number, r); });
  kept.poll.watch(kept.sent < kept.last_words.size() ? Interest::both : Interest::readable);
}

void LingeringClose::ready(std::uint64_t number, Readiness readiness) {
  const auto found = sockets_.find(number);
  if (found == sockets_.end()) return;
  Socket& socket = found->second;
  Progress progress = Progress::goes_on;
  if (readiness.writable && socket.sent < socket.last_words.size()) {
    progress = write(socket);
    if (socket.sent == socket.last_words.size()) socket.poll.watch(Interest::readable);
  }
  if (progress == Progress::goes_on && readiness.readable) progress = discard(socket);
  if (progress == Progress::over) sockets_.erase(number);
}

LingeringClose::Progress LingeringClose::write(Socket& socket) {
  while (socket.sent < socket.last_words.size()) {
    const ssize_t n = ::send(socket.fd.get(), socket.last_words.data() + socket.sent,
                             socket.last_words.size() - socket.sent, MSG_NOSIGNAL);
    if (n < 0) return would_block() ? Progress::goes_on : Progress::over;
    socket.sent += static_cast<std::size_t>(n);
  }
  return ::shutdown(socket.fd.get(), SHUT_WR) == 0 ? Progress::goes_on : Progress::over;
}

LingeringClose::Progress LingeringClose::discard(const Socket& socket) {
  std::array<char, 16 * 1024> unwanted;
  for (int i = 0; i < kReadsPerTurn; ++i) {
    const ssize_t n = ::recv(socket.fd.get(), unwanted.data(), unwanted.size(), 0);
    if (n == 0) return Progress::over;
    if (n < 0) return would_block() ? Progress::goes_on : Progress::over;
  }
  return Progress::goes_on;
}

}  // namespace ringfence::tls_front
