#include "support/worker_process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/loopback.hpp"

namespace ringfence::media_worker::test {
namespace {

constexpr std::uint64_t kEpoch = 7;
constexpr int kLinkFd = 3;

pid_t spawn_with_link(int link) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  if (link == kLinkFd) {
    ::fcntl(link, F_SETFD, 0);
  } else {
    ::dup2(link, kLinkFd);
  }
  ::execl(RINGFENCE_MEDIA_WORKER, RINGFENCE_MEDIA_WORKER, nullptr);
  ::_exit(127);
}

}  // namespace

WorkerProcess::WorkerProcess(Port low, Port high)
    : low_(low), high_(high), session_page_(::memfd_create("media-sessions", MFD_CLOEXEC)) {
  EXPECT_EQ(::ftruncate(session_page_.get(), 1 << 20), 0);
  start();
}

void WorkerProcess::kill_and_start_anew() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  sip_core_.reset();
  from_child_.clear();
  start();
  wait_ready();
}

void WorkerProcess::start() {
  auto ends = socket_pair();
  pid_ = spawn_with_link(ends->second.get());
  ends->second.reset();
  supervisor_ = std::make_unique<SupervisorLink>(
      loop_, std::move(ends->first),
      [this](proto::FromChild& message, std::vector<Fd>&) {
        from_child_.push_back(message);
        return true;
      },
      [](const std::string&) {});
  proto::FromSupervisor message;
  auto& welcome = *message.mutable_welcome();
  welcome.set_process(proto::MEDIA_WORKER);
  welcome.set_epoch(kEpoch);
  welcome.set_confine("require");
  welcome.set_log_level("info");
  welcome.set_rtp_port_low(low_);
  welcome.set_rtp_port_high(high_);
  supervisor_->send(message);
  message.mutable_session_page();
  const int page[] = {session_page_.get()};
  supervisor_->send(message, page);
  set("anything", "");
}

WorkerProcess::~WorkerProcess() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void WorkerProcess::set(const std::string& setting, const std::string& value) {
  proto::FromSupervisor message;
  message.mutable_snapshot_begin()->set_revision(++revision_);
  supervisor_->send(message);
  auto& row = *message.mutable_snapshot_row()->mutable_setting();
  row.set_key(setting);
  row.set_value(value);
  supervisor_->send(message);
  message.mutable_snapshot_commit()->set_revision(revision_);
  supervisor_->send(message);
}

bool WorkerProcess::wait_until(const std::function<bool()>& condition,
                               std::chrono::milliseconds limit) {
  const TimePoint deadline = loop_.now() + limit;
  Timer timer;
  std::function<void()> look = [&] {
    if (condition() || loop_.now() >= deadline) {
      loop_.stop();
      return;
    }
    timer = loop_.after(std::chrono::milliseconds(2), look);
  };
  loop_.defer(look);
  loop_.run();
  return condition();
}

std::string WorkerProcess::wait_ready() {
  const proto::FromChild* ready = nullptr;
  EXPECT_TRUE(wait_until(
      [&] {
        for (const auto& message : from_child_) {
          if (message.has_ready()) ready = &message;
        }
        return ready != nullptr;
      },
      std::chrono::seconds(10)));
  return ready == nullptr ? "" : ready->ready().confinement();
}

void WorkerProcess::link_sip_core(std::uint64_t epoch) {
  link_silent_sip_core();
  proto::ToMediaWorker hello;
  hello.mutable_hello()->set_epoch(epoch);
  sip_core_->send(hello);
}

void WorkerProcess::link_silent_sip_core() {
  auto ends = socket_pair();
  sip_core_closed_ = false;
  from_worker_.clear();
  sip_core_ = std::make_unique<SipCoreLink>(
      loop_, std::move(ends->first),
      [this](proto::FromMediaWorker& message, std::vector<Fd>&) {
        from_worker_.push_back(message);
        return true;
      },
      [this](const std::string&) { sip_core_closed_ = true; });
  proto::FromSupervisor message;
  message.mutable_peer_link()->set_peer(proto::SIP_CORE);
  const int fds[] = {ends->second.get()};
  supervisor_->send(message, fds);
}

void WorkerProcess::unlink_sip_core() {
  sip_core_.reset();
}

proto::FromMediaWorker WorkerProcess::wait_for(proto::FromMediaWorker::KindCase kind) {
  proto::FromMediaWorker found;
  const auto look = [&] {
    for (auto at = from_worker_.begin(); at != from_worker_.end(); ++at) {
      if (at->kind_case() != kind) continue;
      found = *at;
      from_worker_.erase(at);
      return true;
    }
    return found.kind_case() == kind;
  };
  EXPECT_TRUE(wait_until(look, std::chrono::seconds(5)));
  return found;
}

proto::MediaWorkerHealth WorkerProcess::wait_health(
    const std::function<bool(const proto::MediaWorkerHealth&)>& enough) {
  proto::MediaWorkerHealth newest;
  const auto look = [&] {
    for (const auto& message : from_child_) {
      if (message.has_media_worker_health()) newest = message.media_worker_health();
    }
    return enough(newest);
  };
  EXPECT_TRUE(wait_until(look, std::chrono::seconds(5)));
  return newest;
}

std::vector<proto::Lease> WorkerProcess::lease(std::uint32_t count) {
  proto::ToMediaWorker message;
  message.mutable_lease_request()->set_address(own_loopback());
  message.mutable_lease_request()->set_count(count);
  send(message);
  const auto answer = wait_for(proto::FromMediaWorker::kLeased);
  return {answer.leased().leases().begin(), answer.leased().leases().end()};
}

int WorkerProcess::stop() {
  proto::FromSupervisor message;
  message.mutable_shutdown()->set_grace_ms(1000);
  supervisor_->send(message);
  int status = -1;
  wait_until([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; }, std::chrono::seconds(5));
  if (status < 0) return -1;
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

UdpPeer::UdpPeer() : socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
  sockaddr_storage storage;
  const SocketAddress local{*IpAddress::parse("127.0.0.1"), 0};
  const socklen_t length = local.to_sockaddr(storage);
  EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
}

SocketAddress UdpPeer::address() const {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&storage), &length);
  return *SocketAddress::from_sockaddr(storage);
}

void UdpPeer::send(Port to, std::span<const std::uint8_t> octets) const {
  sockaddr_storage storage;
  const socklen_t length =
      SocketAddress{*IpAddress::parse(own_loopback()), to}.to_sockaddr(storage);
  ::sendto(socket_.get(), octets.data(), octets.size(), 0,
           reinterpret_cast<const sockaddr*>(&storage), length);
}

std::vector<std::uint8_t> UdpPeer::receive(std::chrono::milliseconds limit) const {
  pollfd waiting{socket_.get(), POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(limit.count())) != 1) return {};
  std::vector<std::uint8_t> octets(65536);
  const ssize_t n = ::recv(socket_.get(), octets.data(), octets.size(), 0);
  octets.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return octets;
}

}  // namespace ringfence::media_worker::test
