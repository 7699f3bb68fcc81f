// ListenerSet: the SIP listeners' sockets. It brings them in line with the configuration, keeps
// them across restarts of the children, tells its owner what to hand over and what to withdraw, and
// remembers why one could not be bound, for /health.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "runtime/log.hpp"
#include "supervisor/listener/listener_socket.hpp"

namespace ringfence::supervisor {

class ListenerSet {
 public:
  struct Held {
    proto::Listener row;
    Endpoint endpoint;
    Fd socket;          // empty: not bound
    std::string error;  // why not
    bool told = false;  // the log has it
  };
  // One changed: it has a socket now, or it has none any more.
  struct Change {
    RowId id = 0;
    Endpoint endpoint;
    const Held* bound = nullptr;  // null: closed
  };
  using OnChange = std::function<void(const Change&)>;

  ListenerSet(Logger& log, OnChange on_change) : log_(log), on_change_(std::move(on_change)) {}

  void apply(const Config& config);
  // Tries again what could not be bound. True: something changed.
  bool retry();

  const std::map<RowId, Held>& all() const { return held_; }
  bool all_bound() const;

 private:
  // A port that was just closed here may still be open in a child for a moment: then the first
  // failure is not worth a line.
  enum class Failure { expected, unexpected };
  void bind(Held& held, Failure failure);

  Logger& log_;
  OnChange on_change_;
  std::map<RowId, Held> held_;
};

proto::FromSupervisor listener_socket_message(const ListenerSet::Held& held);

}  // namespace ringfence::supervisor
