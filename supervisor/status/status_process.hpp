// StatusProcess: ringfence-status. It serves the HTTP pages and the admin socket from sockets that
// the supervisor hands over, with what the supervisor last reported and, for the admin socket
// alone, what sip-core answers. It opens no file and holds no credential; messages of a trace pass
// through it with their secrets masked.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>

#include "proto/channel/child_process.hpp"
#include "supervisor/status/control_desk.hpp"
#include "supervisor/status/one_shot_server.hpp"

namespace ringfence::status {

class StatusProcess {
 public:
  StatusProcess(channel::ChildProcess& child, std::optional<gid_t> admin_group);

  // Until the supervisor says Shutdown; the exit status.
  int run();

 private:
  bool receive(proto::FromSupervisor& message, std::vector<Fd>& fds);
  bool take_socket(const proto::ListenerSocket& socket, Fd fd);
  void receive_report(proto::StatusReport report);
  void serve();
  std::optional<std::string> answer_http(std::string_view octets);

  channel::ChildProcess& child_;
  proto::StatusReport report_;
  Fd http_socket_;  // these two until we serve
  Fd control_socket_;
  std::unique_ptr<OneShotServer> http_;
  ControlDesk control_;
};

}  // namespace ringfence::status
