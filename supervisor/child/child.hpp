// Child: one process of the bundle: started, greeted, watched, restarted by RestartPolicy. It
// checks what a child says against its phase and kind, and leaves what it means to the ChildOwner,
// which outlives it. The process is known by its pid and by an epoch, random per start, that its
// links carry.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

#include "proto/channel/link.hpp"
#include "proto/supervisor_child.pb.h"
#include "runtime/log.hpp"
#include "runtime/loop.hpp"
#include "runtime/random.hpp"
#include "supervisor/child/child_launch.hpp"
#include "supervisor/child/restart_policy.hpp"

namespace ringfence::supervisor {

class Child;

class ChildOwner {
 public:
  virtual ~ChildOwner() = default;
  virtual proto::Welcome welcome_of(const Child& child) = 0;  // but for process, index and epoch
  virtual void child_said_hello(Child& child) = 0;
  // Its state changed: /health has something new.
  virtual void child_changed(Child& child) = 0;
  // False: nonsense; the child is replaced.
  virtual bool child_said(Child& child, proto::FromChild& message) = 0;
  // Only after retire(): it is gone for good.
  virtual void child_retired(Child& child) = 0;
};

struct ChildSpec {
  proto::ProcessKind kind = proto::PROCESS_KIND_UNSPECIFIED;
  std::uint32_t index = 0;
  std::string name;  // as /health and the log call it
  LaunchSpec launch;
};

class Child {
 public:
  // What the child last said of itself; empty at each start.
  struct Report {
    std::string confinement;
    std::uint64_t applied_revision = 0;
    proto::SipCoreHealth sip_core;
    proto::TlsFrontHealth tls_front;
    proto::MediaWorkerHealth media_worker;
  };

  Child(Loop& loop, Logger& log, Random& random, ChildSpec spec, ChildOwner& owner);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void start();
  void order_restart();
  // SIGCHLD came: perhaps it was ours.
  void reap();
  // Sent only after Hello; a child that does not listen gets nothing.
  void send(const proto::FromSupervisor& message, std::span<const int> fds = {});
  void send(const proto::FromSupervisor& message, const Fd& fd);
  // It is not started again. With Shutdown it is asked to finish within `grace`.
  void retire();
  void ask_to_finish(std::chrono::milliseconds grace);
  void kill();

  const ChildSpec& spec() const { return spec_; }
  ChildState state() const { return policy_.state; }
  bool is_alive() const { return pid_ > 0; }
  // The last one ended because its state is of a newer version (kExitNewerState).
  bool refuses_state() const { return refuses_state_; }
  bool listens() const { return said_hello_ && link_ != nullptr && link_->stream().is_open(); }
  std::uint64_t epoch() const { return epoch_; }
  pid_t pid() const { return pid_; }
  std::uint32_t restarts() const { return policy_.starts > 0 ? policy_.starts - 1 : 0; }
  WallTime started_at() const { return started_at_; }
  Report& report() { return report_; }
  const Report& report() const { return report_; }
  std::size_t queued_octets() const { return link_ ? link_->stream().queued_octets() : 0; }

 private:
  using ChildLink = channel::Link<proto::FromChild, proto::FromSupervisor>;

  void feed(ChildEvent event);
  void carry_out(const ChildAction& action);
  void spawn();
  void greet();
  bool receive(proto::FromChild& message);
  bool receive_hello(const proto::Hello& hello);
  void link_closed(const std::string& reason);
  void gone(int wait_status);

  Loop& loop_;
  Logger& log_;
  Random& random_;
  ChildSpec spec_;
  ChildOwner& owner_;
  RestartPolicy policy_;
  bool retired_ = false;
  bool said_hello_ = false;
  bool refuses_state_ = false;
  pid_t pid_ = -1;
  std::uint64_t epoch_ = 0;
  WallTime started_at_{};
  TimePoint spawned_{};
  std::unique_ptr<ChildLink> link_;
  Report report_;
  Timer policy_timer_;
  Timer insist_timer_;  // after the link closed or SIGTERM was sent: then SIGKILL
};

}  // namespace ringfence::supervisor
