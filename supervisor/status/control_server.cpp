#include "supervisor/status/control_server.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace ringfence::status {
namespace {

constexpr int kAcceptsPerTurn = 32;

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

ControlServer::ControlServer(Loop& loop, Fd listening, std::size_t max_line, Owner& owner)
    : loop_(loop),
      listening_(std::move(listening)),
      max_line_(max_line),
      owner_(owner),
      poll_(loop, listening_.get(), [this](Readiness) { accept_some(); }) {
  poll_.watch(Interest::readable);
}

void ControlServer::accept_some() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    Fd socket(::accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket && errno == ECONNABORTED) continue;
    if (!socket) return;
    admit(std::move(socket));
  }
}

void ControlServer::admit(Fd socket) {
  // Those that asked for nothing yet give way; traces that run stay.
  if (connections_.size() >= kMaxConnections) {
    for (const auto& [number, connection] : connections_) {
      if (connection.phase != Phase::reading) continue;
      drop(number);
      break;
    }
  }
  if (connections_.size() >= kMaxConnections) return;
  const Number number = ++last_;
  Connection& connection = connections_[number];
  connection.socket = std::move(socket);
  connection.deadline = loop_.after(kTimeForRequest, [this, number] { drop(number); });
  connection.poll = Poll(loop_, connection.socket.get(),
                         [this, number](Readiness readiness) { ready(number, readiness); });
  connection.poll.watch(Interest::readable);
}

void ControlServer::drop(Number number) {
  const auto found = connections_.find(number);
  if (found == connections_.end()) return;
  found->second.poll.close();
  connections_.erase(found);
  owner_.on_gone(number);
}

void ControlServer::ready(Number number, Readiness readiness) {
  const auto found = connections_.find(number);
  if (found == connections_.end()) return;
  const bool had_waiting = !found->second.waiting.empty();
  const bool lives = (!readiness.writable || flush(found->second)) &&
                     (!readiness.readable || read_some(number, found->second));
  if (!lives) return drop(number);
  const auto still = connections_.find(number);
  if (had_waiting && still != connections_.end() && still->second.waiting.empty()) {
    owner_.on_written(number);
  }
}

bool ControlServer::read_some(Number number, Connection& connection) {
  char chunk[4096];
  const ssize_t n = ::recv(connection.socket.get(), chunk, sizeof chunk, 0);
  if (n < 0) return would_block();
  if (n == 0) return false;
  // After its request a connection has nothing more to say.
  if (connection.phase != Phase::reading) return true;
  connection.received.append(chunk, static_cast<std::size_t>(n));
  const auto end = connection.received.find('\n');
  if (end == std::string::npos) return connection.received.size() <= max_line_;
  connection.phase = Phase::answering;
  connection.deadline.stop();
  const std::string line = connection.received.substr(0, end);
  if (line.size() > max_line_) return false;
  owner_.on_request(number, line, connection.socket);
  return true;
}

void ControlServer::write(Number number, std::string_view text) {
  const auto found = connections_.find(number);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  connection.waiting += text;
  if (std::exchange(connection.flush_scheduled, true)) return;
  // Not from inside a call of the owner's: on_gone() and on_written() come from the loop.
  loop_.defer([this, number] {
    const auto late = connections_.find(number);
    if (late == connections_.end()) return;
    late->second.flush_scheduled = false;
    if (!flush(late->second)) return drop(number);
    if (late->second.waiting.empty()) owner_.on_written(number);
  });
}

void ControlServer::finish(Number number) {
  const auto found = connections_.find(number);
  if (found == connections_.end()) return;
  found->second.phase = Phase::finishing;
  found->second.deadline = loop_.after(kTimeToClose, [this, number] { drop(number); });
  write(number, "");
}

bool ControlServer::flush(Connection& connection) {
  while (connection.sent < connection.waiting.size()) {
    const ssize_t n = ::send(connection.socket.get(), connection.waiting.data() + connection.sent,
                             connection.waiting.size() - connection.sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && would_block()) {
      connection.poll.watch(Interest::both);
      return connection.waiting.size() - connection.sent <= kMaxWaiting;
    }
    if (n < 0) return false;
    connection.sent += static_cast<std::size_t>(n);
  }
  connection.waiting.clear();
  connection.sent = 0;
  connection.poll.watch(Interest::readable);
  if (connection.phase != Phase::finishing) return true;
  // Closing with octets unread would reset the connection and take the answer with it.
  ::shutdown(connection.socket.get(), SHUT_WR);
  return true;
}

}  // namespace ringfence::status
