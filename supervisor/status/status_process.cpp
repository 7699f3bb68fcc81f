#include "supervisor/status/status_process.hpp"

#include "supervisor/status/control_request.hpp"
#include "supervisor/status/pages.hpp"

namespace ringfence::status {

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
    case proto::FromSupervisor::kStatusReport:
      report_ = std::move(*message.mutable_status_report());
      // Both sockets come before the first report.
      child_.ready();
      return true;
    default:
      return false;
  }
}

bool StatusProcess::take_socket(const proto::ListenerSocket& socket, Fd fd) {
  if (socket.side() == "http") {
    http_ = std::make_unique<OneShotServer>(
        child_.loop(), std::move(fd), OneShotServer::Limits{},
        [this](std::string_view octets, const Fd&) { return answer_http(octets); });
    return true;
  }
  if (socket.side() == "control") {
    control_ = std::make_unique<OneShotServer>(
        child_.loop(), std::move(fd),
        OneShotServer::Limits{.connections = 16, .request_octets = kMaxControlLine},
        [this](std::string_view octets, const Fd& peer) { return answer_control(octets, peer); });
    return true;
  }
  return false;
}

std::optional<std::string> StatusProcess::answer_http(std::string_view octets) {
  const HttpRead request = read_http_request(octets);
  if (std::holds_alternative<NeedMore>(request)) return std::nullopt;
  return serialize(answer(request, report_, std::chrono::system_clock::now()));
}

std::optional<std::string> StatusProcess::answer_control(std::string_view octets, const Fd& peer) {
  if (!may_control(peer, admin_group_)) return "error: you may not give orders here\n";
  const auto end = octets.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto order = read_control_line(octets.substr(0, end), report_);
  if (!order) return "error: " + order.error() + "\n";
  proto::FromChild message;
  *message.mutable_restart_process() = *order;
  child_.send(message);
  return "ok\n";
}

}  // namespace ringfence::status
