#include "tests/unit/tls-front/front_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>

#include "tls-front/tls/ticket_keys.hpp"

extern char** environ;

namespace ringfence::tls_front {
namespace {

constexpr std::chrono::seconds kDeadline{10};

Fd file_of(const std::string& content) {
  Fd fd(::memfd_create("test", MFD_CLOEXEC));
  if (::write(fd.get(), content.data(), content.size()) < 0) return Fd();
  return fd;
}

using ChildLink = channel::Link<proto::FromChild, proto::FromSupervisor>;

pid_t spawn(std::string program, const Fd& link, const Fd& log) {
  // Above 3 first: dup2 onto itself would leave close-on-exec set.
  const Fd high(::fcntl(link.get(), F_DUPFD_CLOEXEC, 10));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, high.get(), 3);
  posix_spawn_file_actions_adddup2(&actions, log.get(), STDERR_FILENO);
  char* arguments[] = {program.data(), nullptr};
  pid_t pid = -1;
  posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

proto::FromSupervisor welcome(proto::ProcessKind kind, const std::string& confine) {
  proto::FromSupervisor message;
  message.mutable_welcome()->set_process(kind);
  message.mutable_welcome()->set_epoch(0x1234);
  message.mutable_welcome()->set_confine(confine);
  message.mutable_welcome()->set_log_level("debug");
  return message;
}

}  // namespace

PlayedSipCore::PlayedSipCore(Loop& loop, Fd socket)
    : link_(
          loop, std::move(socket),
          [this](proto::FromTlsFront& message, std::vector<Fd>&) {
            told.push_back(message);
            if (message.has_hello()) hello = message.hello();
            if (message.has_opened()) opened.push_back(message.opened());
            if (message.has_closed()) closed.push_back(message.closed());
            if (message.has_dial_failed()) dial_failed.push_back(message.dial_failed());
            if (message.has_message()) messages.push_back(message.message());
            if (message.has_message() && finish_at_once) done(message.message());
            return true;
          },
          [](const std::string&) {}) {
  proto::FromSipCore message;
  message.mutable_hello()->set_epoch(1);
  send(message);
}

void PlayedSipCore::say(const proto::ConnectionId& connection, const std::string& octets,
                        bool close_after) {
  proto::FromSipCore message;
  *message.mutable_send()->mutable_connection() = connection;
  message.mutable_send()->set_bytes(octets);
  message.mutable_send()->set_close_after(close_after);
  send(message);
}

void PlayedSipCore::done(const proto::MessageReceived& received) {
  proto::FromSipCore message;
  *message.mutable_done()->mutable_connection() = received.connection();
  message.mutable_done()->set_message_number(received.message_number());
  send(message);
}

void PlayedSipCore::read(Reading reading) {
  if (reading == Reading::on) {
    link_.stream().resume_reading();
  } else {
    link_.stream().pause_reading();
  }
}

KeeperProcess::KeeperProcess(Loop& loop, const std::string& confine, const Fd& log) {
  auto ends = socket_pair();
  link_ = std::make_unique<ChildLink>(
      loop, std::move(ends->first), [](proto::FromChild&, std::vector<Fd>&) { return true; },
      [](const std::string&) {});
  link_->send(welcome(proto::KEY_KEEPER, confine));
  link_->stream().flush();
  pid_ = spawn(RINGFENCE_KEY_KEEPER, ends->second, log);
}

KeeperProcess::~KeeperProcess() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void KeeperProcess::link(const Fd& end) {
  proto::FromSupervisor message;
  message.mutable_peer_link()->set_peer(proto::TLS_FRONT);
  const int fd = end.get();
  link_->send(message, std::span(&fd, 1));
}

void KeeperProcess::key(std::uint64_t number, const std::string& pem) {
  const Fd file = file_of(pem);
  proto::FromSupervisor message;
  message.mutable_private_key()->set_key(number);
  const int fd = file.get();
  link_->send(message, std::span(&fd, 1));
}

FrontProcess::FrontProcess(const std::string& confine)
    : confine_(confine), log_(::memfd_create("log", MFD_CLOEXEC)) {
  auto ends = socket_pair();
  link_ = std::make_unique<ChildLink>(
      loop, std::move(ends->first),
      [this](proto::FromChild& message, std::vector<Fd>&) { return receive(message); },
      [](const std::string&) {});
  link_->send(welcome(proto::TLS_FRONT, confine));
  link_->stream().flush();
  pid_ = spawn(RINGFENCE_TLS_FRONT, ends->second, log_);
  key_keeper_ = std::make_unique<KeeperProcess>(loop, confine_, log_);
  link_key_keeper();
}

void FrontProcess::link_key_keeper() {
  auto ends = socket_pair();
  key_keeper_->link(ends->first);
  proto::FromSupervisor message;
  message.mutable_peer_link()->set_peer(proto::KEY_KEEPER);
  const int fd = ends->second.get();
  link_->send(message, std::span(&fd, 1));
}

void FrontProcess::replace_key_keeper() {
  key_keeper_ = std::make_unique<KeeperProcess>(loop, confine_, log_);
  link_key_keeper();
  for (std::size_t i = 0; i < keys_.size(); ++i)
    key_keeper_->key(i + 1, keys_[i]);
}

FrontProcess::~FrontProcess() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  const std::string text = log();
  std::fwrite(text.data(), 1, text.size(), stderr);
}

std::string FrontProcess::log() const {
  std::string text;
  std::array<char, 4096> piece{};
  ssize_t n = 0;
  while ((n = ::pread(log_.get(), piece.data(), piece.size(), static_cast<off_t>(text.size()))) >
         0) {
    text.append(piece.data(), static_cast<std::size_t>(n));
  }
  return text;
}

std::size_t FrontProcess::logged(std::string_view text) const {
  const std::string all = log();
  std::size_t count = 0;
  for (std::size_t at = all.find(text); at != std::string::npos; at = all.find(text, at + 1))
    ++count;
  return count;
}

void FrontProcess::limit_descriptors(std::uint64_t limit) const {
  rlimit limits{};
  ::prlimit(pid_, RLIMIT_NOFILE, nullptr, &limits);
  limits.rlim_cur = std::min<rlim_t>(limit, limits.rlim_max);
  ::prlimit(pid_, RLIMIT_NOFILE, &limits, nullptr);
}

std::uint64_t FrontProcess::counter(const std::string& name) const {
  const auto found = health.counters().find(name);
  return found == health.counters().end() ? 0 : found->second;
}

bool FrontProcess::receive(proto::FromChild& message) {
  if (message.has_ready()) {
    ready = true;
    confinement = message.ready().confinement();
  }
  if (message.has_snapshot_applied()) applied = message.snapshot_applied().revision();
  if (message.has_tls_front_health()) health = message.tls_front_health();
  if (message.has_blocklist_answer()) blocklist_answer = message.blocklist_answer();
  if (message.has_blocklist()) blocklists.push_back(message.blocklist());
  return true;
}

unsigned short FrontProcess::listen(std::uint64_t id, const std::string& side,
                                    const std::string& transport, const std::string& address) {
  const TestListener listener(address);
  proto::FromSupervisor message;
  auto& socket = *message.mutable_listener_socket();
  socket.set_listener_id(id);
  socket.set_side(side);
  socket.set_transport(transport);
  socket.set_address(address);
  socket.set_port(listener.port);
  const int fd = listener.fd.get();
  link_->send(message, std::span(&fd, 1));
  return listener.port;
}

void FrontProcess::close_listener(std::uint64_t id) {
  proto::FromSupervisor message;
  message.mutable_listener_closed()->set_listener_id(id);
  link_->send(message);
}

std::uint64_t FrontProcess::key(const TestPair& pair) {
  keys_.push_back(pair.key);
  key_keeper_->key(keys_.size(), pair.key);
  return keys_.size();
}

void FrontProcess::chain(const std::string& name, const TestPair& pair, std::uint64_t key,
                         const std::string& ocsp) {
  const Fd chain = file_of(pair.certificate);
  const Fd response = file_of(ocsp);
  const int fds[] = {chain.get(), response.get()};
  proto::FromSupervisor message;
  message.mutable_certificate()->set_sni(name);
  message.mutable_certificate()->add_pairs()->set_has_ocsp(!ocsp.empty());
  message.mutable_certificate()->mutable_pairs(0)->set_key(key);
  link_->send(message, std::span(fds).first(ocsp.empty() ? 1 : 2));
}

void FrontProcess::ticket_keys(const std::string& keys) {
  proto::FromSupervisor message;
  for (const char filled_with : keys)
    message.mutable_ticket_keys()->add_keys(std::string(TicketKeys::kSize, filled_with));
  link_->send(message);
}

void FrontProcess::trust(const std::vector<std::string>& pems) {
  std::vector<Fd> files;
  std::vector<int> fds;
  for (const std::string& pem : pems) {
    files.push_back(file_of(pem));
    fds.push_back(files.back().get());
  }
  proto::FromSupervisor message;
  message.mutable_trust_anchors()->set_use_system_store(true);
  link_->send(message, fds);
}

void FrontProcess::settings(const std::map<std::string, std::string>& values) {
  proto::FromSupervisor message;
  message.mutable_snapshot_begin()->set_revision(++revision_);
  link_->send(message);
  for (const auto& [key, value] : values) {
    auto& setting = *message.mutable_snapshot_row()->mutable_setting();
    setting.set_key(key);
    setting.set_value(value);
    link_->send(message);
  }
  message.mutable_snapshot_commit()->set_revision(revision_);
  link_->send(message);
}

void FrontProcess::blocklist(const std::map<std::string, int>& sources) {
  proto::FromSupervisor message;
  message.mutable_blocklist();
  const auto now = SystemClock().wall_now().time_since_epoch();
  for (const auto& [source, seconds_left] : sources) {
    auto& entry = *message.mutable_blocklist()->add_sources();
    entry.set_source(source);
    entry.set_until_unix_ms(std::chrono::ceil<std::chrono::milliseconds>(now).count() +
                            seconds_left * 1000LL);
    entry.set_failures(16);
  }
  link_->send(message);
}

proto::BlocklistAnswer FrontProcess::order(const std::string& release, std::uint64_t request) {
  proto::FromSupervisor message;
  message.mutable_blocklist_order()->set_request(request);
  message.mutable_blocklist_order()->set_release(release);
  link_->send(message);
  wait_for([&] { return blocklist_answer.request() == request; });
  return blocklist_answer;
}

std::unique_ptr<PlayedSipCore> FrontProcess::sip_core() {
  auto ends = socket_pair();
  auto core = std::make_unique<PlayedSipCore>(loop, std::move(ends->first));
  proto::FromSupervisor message;
  message.mutable_peer_link()->set_peer(proto::SIP_CORE);
  const int fd = ends->second.get();
  link_->send(message, std::span(&fd, 1));
  return core;
}

bool FrontProcess::wait_for(const std::function<bool()>& condition) {
  const TimePoint deadline = loop.now() + kDeadline;
  while (!condition() && loop.now() < deadline) {
    const Timer wake = loop.after(std::chrono::milliseconds(5), [this] { loop.stop(); });
    loop.run();
  }
  return condition();
}

void FrontProcess::settle() {
  const TimePoint end = loop.now() + std::chrono::milliseconds(150);
  wait_for([&] { return loop.now() >= end; });
}

}  // namespace ringfence::tls_front
