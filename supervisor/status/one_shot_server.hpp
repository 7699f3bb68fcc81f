// OneShotServer: accepts connections on a listening socket, collects one request from each, writes
// one answer and closes. Bounded in everything: connections (the oldest gives way to a new one),
// octets per request, seconds per connection. What a request means is its owner's.
#pragma once

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/fd.hpp"
#include "runtime/loop.hpp"

namespace ringfence::status {

class OneShotServer {
 public:
  // All octets so far; nullopt: more are needed. `peer` is the connected socket.
  using Answer = std::function<std::optional<std::string>(std::string_view octets, const Fd& peer)>;
  struct Limits {
    std::size_t connections = 64;
    std::size_t request_octets = 16384;
    Duration time = std::chrono::seconds(5);
  };

  OneShotServer(Loop& loop, Fd listening, Limits limits, Answer answer);
  OneShotServer(const OneShotServer&) = delete;
  OneShotServer& operator=(const OneShotServer&) = delete;

  std::size_t connections() const { return connections_.size(); }

 private:
  enum class Phase { reading, writing, draining };
  struct Connection {
    Fd socket;
    Phase phase = Phase::reading;
    std::string received;
    std::string answer;
    std::size_t sent = 0;
    std::size_t drained = 0;
    Poll poll;
    Timer deadline;
  };
  using Place = std::list<Connection>::iterator;

  void accept_some();
  void admit(Fd socket);
  void ready(Place place);
  bool read_more(Connection& connection);
  bool write_more(Connection& connection);
  bool drain(Connection& connection);
  // Ends a connection from inside its own callback.
  void drop(Place place);

  Loop& loop_;
  Fd listening_;
  Limits limits_;
  Answer answer_;
  std::list<Connection> connections_;  // oldest first
  Poll poll_;
};

}  // namespace ringfence::status
