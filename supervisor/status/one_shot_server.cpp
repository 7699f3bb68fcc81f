#include "supervisor/status/one_shot_server.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace ringfence::status {
namespace {

constexpr int kAcceptsPerTurn = 32;
constexpr std::size_t kMaxDrained = 65536;

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

OneShotServer::OneShotServer(Loop& loop, Fd listening, Limits limits, Answer answer)
    : loop_(loop),
      listening_(std::move(listening)),
      limits_(limits),
      answer_(std::move(answer)),
      poll_(loop, listening_.get(), [this](Readiness) { accept_some(); }) {
  poll_.watch(Interest::readable);
}

void OneShotServer::accept_some() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    Fd socket(::accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket && errno == ECONNABORTED) continue;
    if (!socket) return;
    admit(std::move(socket));
  }
}

void OneShotServer::admit(Fd socket) {
  // Someone who only holds connections open must not keep the others out.
  if (connections_.size() >= limits_.connections) drop(connections_.begin());
  const Place place = connections_.emplace(connections_.end());
  place->socket = std::move(socket);
  place->deadline = loop_.after(limits_.time, [this, place] { drop(place); });
  place->poll = Poll(loop_, place->socket.get(), [this, place](Readiness) { ready(place); });
  place->poll.watch(Interest::readable);
}

void OneShotServer::drop(Place place) {
  // The callback that runs now lives in the Poll: libuv frees it later, the list node goes now.
  place->poll.close();
  connections_.erase(place);
}

void OneShotServer::ready(Place place) {
  Connection& connection = *place;
  bool goes_on = true;
  if (connection.phase == Phase::reading) goes_on = read_more(connection);
  if (goes_on && connection.phase == Phase::writing) goes_on = write_more(connection);
  if (goes_on && connection.phase == Phase::draining) goes_on = drain(connection);
  if (!goes_on) drop(place);
}

bool OneShotServer::read_more(Connection& connection) {
  char chunk[4096];
  const ssize_t n = ::recv(connection.socket.get(), chunk, sizeof chunk, 0);
  if (n < 0) return would_block();
  if (n == 0) return false;
  connection.received.append(chunk, static_cast<std::size_t>(n));
  auto answer = answer_(connection.received, connection.socket);
  if (!answer) return connection.received.size() <= limits_.request_octets;
  connection.answer = std::move(*answer);
  connection.phase = Phase::writing;
  return true;
}

bool OneShotServer::write_more(Connection& connection) {
  while (connection.sent < connection.answer.size()) {
    const ssize_t n = ::send(connection.socket.get(), connection.answer.data() + connection.sent,
                             connection.answer.size() - connection.sent, MSG_NOSIGNAL);
    if (n < 0 && would_block()) {
      connection.poll.watch(Interest::writable);
      return true;
    }
    if (n < 0) return false;
    connection.sent += static_cast<std::size_t>(n);
  }
  // Closing with octets unread would reset the connection and take the answer with it.
  ::shutdown(connection.socket.get(), SHUT_WR);
  connection.phase = Phase::draining;
  connection.poll.watch(Interest::readable);
  return true;
}

bool OneShotServer::drain(Connection& connection) {
  char chunk[4096];
  const ssize_t n = ::recv(connection.socket.get(), chunk, sizeof chunk, 0);
  if (n < 0) return would_block();
  if (n == 0) return false;
  connection.drained += static_cast<std::size_t>(n);
  return connection.drained <= kMaxDrained;
}

}  // namespace ringfence::status
