#include "proto/channel/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace ringfence::channel {
namespace {

constexpr int kWelcomeTimeoutMs = 10'000;
constexpr std::chrono::milliseconds kLogInterval(20);

Result<std::string> read_exactly(int fd, std::size_t size) {
  std::string octets(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    pollfd waiting{fd, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, kWelcomeTimeoutMs);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return fail("the supervisor does not speak");
    const ssize_t n = ::recv(fd, octets.data() + filled, size - filled, 0);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n < 0) return system_error("cannot read from the supervisor");
    if (n == 0) return fail("the supervisor closed the link");
    filled += static_cast<std::size_t>(n);
  }
  return octets;
}

// Exactly one frame, and not an octet more: later frames may carry descriptors.
Result<proto::Welcome> read_welcome(int fd) {
  auto header = read_exactly(fd, kFrameHeaderSize);
  if (!header) return std::unexpected(header.error());
  std::size_t size = 0;
  for (std::size_t i = 0; i < 4; ++i)
    size = size << 8 | static_cast<std::uint8_t>((*header)[i]);
  if (size > kMaxFrameBody) return fail("the supervisor's first frame is too long");
  auto body = read_exactly(fd, size);
  if (!body) return std::unexpected(body.error());
  proto::FromSupervisor message;
  if (!message.ParseFromString(*body) || !message.has_welcome()) {
    return fail("the supervisor's first frame is no Welcome");
  }
  return std::move(*message.mutable_welcome());
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(proto::ProcessKind kind,
                                                          std::string name) {
  if (::fcntl(kLinkFd, F_GETFD) < 0) {
    return fail("this program is started by ringfence-supervisor, not by hand");
  }
  ::fcntl(kLinkFd, F_SETFD, FD_CLOEXEC);
  // Ctrl-C in a terminal reaches the whole group: the supervisor's Shutdown is what counts.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  auto welcome = read_welcome(kLinkFd);
  if (!welcome) return std::unexpected(welcome.error());
  if (welcome->process() != kind) return fail("the supervisor took this program for another");
  if (kind == proto::MEDIA_WORKER) name += "-" + std::to_string(welcome->index());
  LogLevel level = LogLevel::info;
  parse_log_level(welcome->log_level(), level);
  const LogFormat format = welcome->log_format() == "json" ? LogFormat::json : LogFormat::text;
  return std::unique_ptr<ChildProcess>(
      new ChildProcess(std::move(name), std::move(*welcome), level, format));
}

ChildProcess::ChildProcess(std::string name, proto::Welcome welcome, LogLevel level,
                           LogFormat format)
    : name_(std::move(name)), welcome_(std::move(welcome)), log_(name_, level, format) {
  ::fcntl(kLinkFd, F_SETFL, ::fcntl(kLinkFd, F_GETFL) | O_NONBLOCK);
  link_ = std::make_unique<SupervisorLink>(
      loop_, Fd(kLinkFd),
      [this](proto::FromSupervisor& message, std::vector<Fd>& fds) {
        return dispatch(message, fds);
      },
      [this](const std::string& reason) {
        log_.warning("the link to the supervisor closed, stopping", {{"reason", reason}});
        stop(1);
      });
  proto::FromChild message;
  message.mutable_hello()->set_process(welcome_.process());
  message.mutable_hello()->set_pid(static_cast<std::uint32_t>(::getpid()));
  message.mutable_hello()->set_epoch(welcome_.epoch());
  link_->send(message);
}

bool ChildProcess::dispatch(proto::FromSupervisor& message, std::vector<Fd>& fds) {
  if (message.has_welcome()) return false;
  if (message.has_shutdown()) {
    if (on_shutdown_) {
      on_shutdown_(std::chrono::milliseconds(message.shutdown().grace_ms()));
    } else {
      stop();
    }
    return true;
  }
  return on_message_ && on_message_(message, fds);
}

void ChildProcess::ready() {
  if (ready_sent_) return;
  ready_sent_ = true;
  proto::FromChild message;
  message.mutable_ready()->set_confinement(confinement_);
  link_->send(message);
}

int ChildProcess::run(const Profile& profile, OnMessage on_message, OnShutdown on_shutdown) {
  on_message_ = std::move(on_message);
  on_shutdown_ = std::move(on_shutdown);
  auto mode = parse_confine_mode(welcome_.confine()).value_or(ConfineMode::require);
#ifdef RINGFENCE_SANITIZED
  mode = ConfineMode::off;
#endif
  auto confined = confine(profile, mode);
  if (!confined) {
    log_.error("cannot confine this process", {{"reason", confined.error().message}});
    return 1;
  }
  confinement_ = std::move(*confined);
  log_.start_async();
  log_.gather_lines([this] { log_due_ = loop_.after(kLogInterval, [this] { log_.flush(); }); });
  loop_.run();
  return exit_status_;
}

void ChildProcess::stop(int exit_status) {
  exit_status_ = exit_status;
  log_.flush();
  link_->stream().flush();
  loop_.stop();
}

}  // namespace ringfence::channel
