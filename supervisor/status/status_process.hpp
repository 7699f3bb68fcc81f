// StatusProcess: ringfence-status. It serves the HTTP pages and the admin socket from sockets that
// the supervisor hands over, with what the supervisor last reported. It opens no file, holds no
// credential, and knows of calls only numbers.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>

#include "proto/channel/child_process.hpp"
#include "supervisor/status/one_shot_server.hpp"

namespace ringfence::status {

class StatusProcess {
 public:
  StatusProcess(channel::ChildProcess& child, std::optional<gid_t> admin_group)
      : child_(child), admin_group_(admin_group) {}

  // Until the supervisor says Shutdown; the exit status.
  int run();

 private:
  bool receive(proto::FromSupervisor& message, std::vector<Fd>& fds);
  bool take_socket(const proto::ListenerSocket& socket, Fd fd);
  std::optional<std::string> answer_http(std::string_view octets);
  std::optional<std::string> answer_control(std::string_view octets, const Fd& peer);

  channel::ChildProcess& child_;
  std::optional<gid_t> admin_group_;
  proto::StatusReport report_;
  std::unique_ptr<OneShotServer> http_;
  std::unique_ptr<OneShotServer> control_;
};

}  // namespace ringfence::status
