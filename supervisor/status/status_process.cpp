#include "supervisor/status/status_process.hpp"

#include "supervisor/status/pages.hpp"
#include "supervisor/status/verdict.hpp"

namespace ringfence::status {

StatusProcess::StatusProcess(channel::ChildProcess& child, std::optional<gid_t> admin_group)
    : child_(child),
      control_(child.loop(), child.log(), child.welcome().epoch(), admin_group, report_,
               {[this](const proto::RestartProcess& order) {
                  proto::FromChild message;
                  *message.mutable_restart_process() = order;
                  child_.send(message);
                },
                [this](const proto::BlocklistOrder& order) {
                  proto::FromChild message;
                  *message.mutable_blocklist_order() = order;
                  child_.send(message);
                },
                [this](const proto::DrainOrder& order) {
                  proto::FromChild message;
                  *message.mutable_drain_order() = order;
                  child_.send(message);
                }}) {}

int StatusProcess::run() {
  return child_.run(
      status_profile(),
      [this](proto::FromSupervisor& message, std::vector<Fd>& fds) {
        return receive(message, fds);
      },
      [this](std::chrono::milliseconds) { child_.stop(); });
}

bool StatusProcess::receive(proto::FromSupervisor& message, std::vector<Fd>& fds) {
  switch (message.kind_case()) {
    case proto::FromSupervisor::kListenerSocket:
      return fds.size() == 1 && take_socket(message.listener_socket(), std::move(fds.front()));
    case proto::FromSupervisor::kPeerLink:
      if (fds.size() != 1 || message.peer_link().peer() != proto::SIP_CORE) return false;
      control_.connect_sip_core(std::move(fds.front()));
      return true;
    case proto::FromSupervisor::kBlocklistAnswer:
      control_.blocklist_answered(message.blocklist_answer());
      return true;
    case proto::FromSupervisor::kStatusReport:
      receive_report(std::move(*message.mutable_status_report()));
      return true;
    default:
      return false;
  }
}

bool StatusProcess::take_socket(const proto::ListenerSocket& socket, Fd fd) {
  const bool is_http = socket.side() == "http";
  if (!is_http && socket.side() != "control") return false;
  (is_http ? http_socket_ : control_socket_) = std::move(fd);
  return true;
}

void StatusProcess::receive_report(proto::StatusReport report) {
  report_ = std::move(report);
  // Both sockets come before the first report.
  child_.ready();
  // Whoever asks meanwhile waits: until the supervisor has heard that we are ready, its report
  // calls a bundle degraded in which nothing is amiss.
  if (http_socket_ && runs(report_, "status")) serve();
}

void StatusProcess::serve() {
  http_ = std::make_unique<OneShotServer>(
      child_.loop(), std::move(http_socket_), OneShotServer::Limits{},
      [this](std::string_view octets, const Fd&) { return answer_http(octets); });
  control_.listen(std::move(control_socket_));
}

std::optional<std::string> StatusProcess::answer_http(std::string_view octets) {
  const HttpRead request = read_http_request(octets);
  if (std::holds_alternative<NeedMore>(request)) return std::nullopt;
  return serialize(answer(request, report_, std::chrono::system_clock::now()));
}

}  // namespace ringfence::status
