// WorkerProcess: the real ringfence-media-worker, started as the supervisor starts it, with this
// test as its supervisor and as its sip-core. Runs its loop only inside the waiting functions.
#pragma once

#include <sys/types.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proto/channel/link.hpp"
#include "proto/sip_core_media_worker.pb.h"
#include "proto/supervisor_child.pb.h"
#include "runtime/loop.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::media_worker::test {

class WorkerProcess {
 public:
  WorkerProcess(Port low, Port high);
  ~WorkerProcess();

  pid_t pid() const { return pid_; }
  // Ready has come; returns the confinement that it names.
  std::string wait_ready();
  // As an operator's change comes.
  void set(const std::string& setting, const std::string& value);
  // Killed, and another one started with what a supervisor keeps: waits until that is ready.
  void kill_and_start_anew();
  // A new sip-core with a link of its own; the old link closes.
  void link_sip_core(std::uint64_t epoch);
  // One that has not said hello.
  void link_silent_sip_core();
  void unlink_sip_core();
  void send(const proto::ToMediaWorker& message) { sip_core_->send(message); }
  // The next message of that kind; fails the test after five seconds.
  proto::FromMediaWorker wait_for(proto::FromMediaWorker::KindCase kind);
  // The newest health for which `enough` holds.
  proto::MediaWorkerHealth wait_health(
      const std::function<bool(const proto::MediaWorkerHealth&)>& enough);
  std::vector<proto::Lease> lease(std::uint32_t count);
  bool sip_core_link_closed() const { return sip_core_closed_; }
  bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds limit);
  // Shutdown; returns the exit status.
  int stop();

 private:
  using SupervisorLink = channel::Link<proto::FromChild, proto::FromSupervisor>;
  using SipCoreLink = channel::Link<proto::FromMediaWorker, proto::ToMediaWorker>;

  void start();

  Port low_;
  Port high_;
  Fd session_page_;
  Loop loop_;
  pid_t pid_ = -1;
  std::unique_ptr<SupervisorLink> supervisor_;
  std::unique_ptr<SipCoreLink> sip_core_;
  std::deque<proto::FromChild> from_child_;
  std::deque<proto::FromMediaWorker> from_worker_;
  bool sip_core_closed_ = false;
  std::uint64_t revision_ = 0;
};

// A peer's socket, at 127.0.0.1; the worker's are at own_loopback().
class UdpPeer {
 public:
  UdpPeer();
  SocketAddress address() const;
  // To a port of the worker's.
  void send(Port to, std::span<const std::uint8_t> octets) const;
  // The next datagram, or nothing within the limit.
  std::vector<std::uint8_t> receive(
      std::chrono::milliseconds limit = std::chrono::seconds(2)) const;

 private:
  Fd socket_;
};

}  // namespace ringfence::media_worker::test
