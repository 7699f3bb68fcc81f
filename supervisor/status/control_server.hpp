// ControlServer: the admin socket. Each connection gives one line and gets lines until its owner
// finishes it; it may go at any time. Bounded in everything: connections, octets of a request, the
// time until it is there, octets that wait for a reader. What a request means is the owner's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "runtime/fd.hpp"
#include "runtime/loop.hpp"

namespace ringfence::status {

class ControlServer {
 public:
  static constexpr std::size_t kMaxConnections = 16;
  static constexpr Duration kTimeToClose = std::chrono::seconds(5);
  static constexpr Duration kTimeForRequest = std::chrono::seconds(5);
  static constexpr std::size_t kMaxWaiting = std::size_t{64} << 20;  // then it is cut off

  using Number = std::uint64_t;  // of a connection; never 0, never used again
  struct Owner {
    virtual ~Owner() = default;
    // One line without its end. `peer` is the connected socket.
    virtual void on_request(Number connection, std::string_view line, const Fd& peer) = 0;
    // What was written has left.
    virtual void on_written(Number connection) = 0;
    // It is gone, before or after finish().
    virtual void on_gone(Number connection) = 0;
  };

  // `owner` outlives it.
  ControlServer(Loop& loop, Fd listening, std::size_t max_line, Owner& owner);
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  // To a connection that is gone: nothing.
  void write(Number connection, std::string_view text);
  void finish(Number connection);  // closes once everything is written

 private:
  enum class Phase { reading, answering, finishing };
  struct Connection {
    Fd socket;
    Phase phase = Phase::reading;
    std::string received;
    std::string waiting;
    std::size_t sent = 0;  // of `waiting`
    bool flush_scheduled = false;
    Poll poll;
    Timer deadline;
  };

  void accept_some();
  void admit(Fd socket);
  void ready(Number number, Readiness readiness);
  // Both say whether the connection lives on.
  bool read_some(Number number, Connection& connection);
  bool flush(Connection& connection);
  void drop(Number number);

  Loop& loop_;
  Fd listening_;
  std::size_t max_line_;
  Owner& owner_;
  std::map<Number, Connection> connections_;
  Number last_ = 0;
  Poll poll_;
};

}  // namespace ringfence::status
