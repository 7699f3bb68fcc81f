#include "supervisor/child/child.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <csignal>

#include "proto/channel/child_process.hpp"

namespace ringfence::supervisor {
namespace {

constexpr Duration kInsistAfter = std::chrono::milliseconds(500);

// What each kind of child may say after its Hello, beside Ready.
bool may_say(proto::ProcessKind kind, proto::FromChild::KindCase what) {
  switch (what) {
    case proto::FromChild::kSnapshotApplied:
      return kind != proto::STATUS;
    case proto::FromChild::kSipCoreHealth:
      return kind == proto::SIP_CORE;
    case proto::FromChild::kTlsFrontHealth:
    case proto::FromChild::kBlocklist:
    case proto::FromChild::kBlocklistAnswer:
      return kind == proto::TLS_FRONT;
    case proto::FromChild::kMediaWorkerHealth:
      return kind == proto::MEDIA_WORKER;
    case proto::FromChild::kRestartProcess:
    case proto::FromChild::kBlocklistOrder:
    case proto::FromChild::kDrainOrder:
      return kind == proto::STATUS;
    case proto::FromChild::kHello:
    case proto::FromChild::kReady:
    case proto::FromChild::KIND_NOT_SET:
      return false;
  }
  return false;
}

}  // namespace

Child::Child(Loop& loop, Logger& log, Random& random, ChildSpec spec, ChildOwner& owner)
    : loop_(loop), log_(log), random_(random), spec_(std::move(spec)), owner_(owner) {}

void Child::start() {
  feed(ChildEvent::start_due);
}

void Child::order_restart() {
  log_.info("restart ordered", {{"name", spec_.name}});
  feed(ChildEvent::ordered_restart);
}

void Child::feed(ChildEvent event) {
  if (retired_) return;
  for (const ChildAction& action : step(policy_, event, loop_.now()))
    carry_out(action);
  owner_.child_changed(*this);
}

void Child::carry_out(const ChildAction& action) {
  switch (action.order) {
    case ChildOrder::spawn:
      spawn();
      return;
    case ChildOrder::kill:
      log_.error("a process is not ready in time and is killed", {{"name", spec_.name}});
      kill();
      return;
    case ChildOrder::terminate:
      if (is_alive()) ::kill(pid_, SIGTERM);
      insist_timer_ = loop_.after(kInsistAfter, [this] { kill(); });
      return;
    case ChildOrder::stop_timer:
      policy_timer_.stop();
      return;
    case ChildOrder::start_timer:
      policy_timer_ =
          loop_.after(action.delay, [this, event = action.timer_event] { feed(event); });
      return;
  }
}

void Child::spawn() {
  auto launched = launch(spec_.launch);
  if (!launched) {
    log_.write(LogLevel::error, "proc-spawn", "a process cannot be started",
               {{"name", spec_.name}, {"reason", launched.error().message}});
    // Through the loop, so that a start that fails at once cannot recurse.
    policy_timer_ = loop_.after(Duration::zero(), [this] { feed(ChildEvent::died); });
    return;
  }
  pid_ = launched->pid;
  epoch_ = random_.number();
  started_at_ = std::chrono::system_clock::now();
  spawned_ = loop_.now();
  said_hello_ = false;
  report_ = {};
  link_ = std::make_unique<ChildLink>(
      loop_, std::move(launched->link),
      [this](proto::FromChild& message, std::vector<Fd>& fds) {
        return fds.empty() && receive(message);
      },
      [this](const std::string& reason) { link_closed(reason); });
  log_.info("process started", {{"name", spec_.name}, {"pid", pid_}});
  greet();
}

void Child::greet() {
  proto::FromSupervisor message;
  proto::Welcome& welcome = *message.mutable_welcome();
  welcome = owner_.welcome_of(*this);
  welcome.set_process(spec_.kind);
  welcome.set_index(spec_.index);
  welcome.set_epoch(epoch_);
  link_->send(message);
}

bool Child::receive(proto::FromChild& message) {
  if (message.has_hello()) return receive_hello(message.hello());
  if (!said_hello_) return false;
  if (message.has_ready()) {
    if (policy_.state != ChildState::starting) return false;
    report_.confinement = message.ready().confinement();
    refuses_state_ = false;
    log_.info("process ready", {{"name", spec_.name}, {"confinement", report_.confinement}});
    feed(ChildEvent::became_ready);
    return true;
  }
  return may_say(spec_.kind, message.kind_case()) && owner_.child_said(*this, message);
}

bool Child::receive_hello(const proto::Hello& hello) {
  if (said_hello_ || hello.epoch() != epoch_ || hello.process() != spec_.kind ||
      hello.pid() != static_cast<std::uint32_t>(pid_)) {
    return false;
  }
  said_hello_ = true;
  owner_.child_said_hello(*this);
  return true;
}

void Child::send(const proto::FromSupervisor& message, std::span<const int> fds) {
  if (listens()) link_->send(message, fds);
}

void Child::send(const proto::FromSupervisor& message, const Fd& fd) {
  const int number = fd.get();
  send(message, std::span(&number, 1));
}

void Child::link_closed(const std::string& reason) {
  if (!is_alive()) return;
  log_.debug("the link to a process closed", {{"name", spec_.name}, {"reason", reason}});
  // Most often it has just died and the signal is on its way.
  insist_timer_ = loop_.after(kInsistAfter, [this, reason] {
    if (!is_alive()) return;
    log_.error("a process lost its link and is killed", {{"name", spec_.name}, {"reason", reason}});
    kill();
  });
}

void Child::kill() {
  if (is_alive()) ::kill(pid_, SIGKILL);
}

void Child::retire() {
  retired_ = true;
  policy_timer_.stop();
}

void Child::ask_to_finish(std::chrono::milliseconds grace) {
  proto::FromSupervisor message;
  message.mutable_shutdown()->set_grace_ms(static_cast<std::uint32_t>(grace.count()));
  if (listens()) {
    link_->send(message);
  } else {
    kill();  // it has not begun to serve
  }
}

void Child::reap() {
  if (!is_alive()) return;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_) gone(status);
}

void Child::gone(int wait_status) {
  const auto lived = std::chrono::duration_cast<std::chrono::seconds>(loop_.now() - spawned_);
  const bool by_signal = WIFSIGNALED(wait_status);
  const bool expected = retired_ && !by_signal && WEXITSTATUS(wait_status) == 0;
  log_.write(
      expected ? LogLevel::info : LogLevel::error, "proc-exit", "a process ended",
      {{"name", spec_.name},
       {"pid", pid_},
       {by_signal ? "sig" : "status", by_signal ? WTERMSIG(wait_status) : WEXITSTATUS(wait_status)},
       {"up", lived.count()}});
  refuses_state_ = !by_signal && WEXITSTATUS(wait_status) == channel::kExitNewerState;
  pid_ = -1;
  said_hello_ = false;
  insist_timer_.stop();
  link_.reset();
  if (retired_) {
    owner_.child_retired(*this);
  } else {
    feed(ChildEvent::died);
  }
}

}  // namespace ringfence::supervisor
