// ChildProcess: what every child of the supervisor does alike. It takes descriptor 3, waits for
// Welcome, says Hello, sets up the log, and after the owner's own start confines itself and runs
// the loop. When the supervisor goes, the child goes: on_shutdown is called and the loop stops.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proto/channel/link.hpp"
#include "proto/supervisor_child.pb.h"
#include "runtime/confine/confine.hpp"
#include "runtime/log.hpp"
#include "runtime/loop.hpp"

namespace ringfence::channel {

// A child's exit status when what it is to work with is of a newer version than itself (F032); it
// changed nothing. The supervisor tells of it in /health.
inline constexpr int kExitNewerState = 78;

class ChildProcess {
 public:
  using SupervisorLink = Link<proto::FromSupervisor, proto::FromChild>;
  // Everything but Welcome and Shutdown. False: out of phase or of the wrong kind.
  using OnMessage = std::function<bool(proto::FromSupervisor& message, std::vector<Fd>& fds)>;
  using OnShutdown = std::function<void(std::chrono::milliseconds grace)>;

  // The link that the supervisor left at descriptor 3.
  static constexpr int kLinkFd = 3;

  // Blocks for Welcome. Errors: not started by a supervisor, wrong kind, no answer within 10 s.
  static Result<std::unique_ptr<ChildProcess>> start(proto::ProcessKind kind, std::string name);

  const proto::Welcome& welcome() const { return welcome_; }
  Logger& log() { return log_; }
  Loop& loop() { return loop_; }
  void send(const proto::FromChild& message) { link_->send(message); }

  // To be called when the child serves: after its first snapshot.
  void ready();
  // Confines, then runs until stop(). Returns the exit status.
  int run(const Profile& profile, OnMessage on_message, OnShutdown on_shutdown);
  void stop(int exit_status = 0);

 private:
  ChildProcess(std::string name, proto::Welcome welcome, LogLevel level, LogFormat format);
  bool dispatch(proto::FromSupervisor& message, std::vector<Fd>& fds);

  std::string name_;
  proto::Welcome welcome_;
  Logger log_;
  Loop loop_;
  Timer log_due_;
  std::string confinement_;
  OnMessage on_message_;
  OnShutdown on_shutdown_;
  std::unique_ptr<SupervisorLink> link_;
  bool ready_sent_ = false;
  int exit_status_ = 0;
};

}  // namespace ringfence::channel
