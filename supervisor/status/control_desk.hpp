// ControlDesk: what the admin socket's requests cause. It hands orders about processes and the
// blocklist to the supervisor, asks sip-core over their link for lists and traces, and passes the
// answers on. A trace is told in the log when it starts and when it ends, with who asked.
// sip-core's death ends what was asked of it with a sentence.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "proto/channel/link.hpp"
#include "proto/status_sip_core.pb.h"
#include "proto/supervisor_child.pb.h"
#include "runtime/log.hpp"
#include "supervisor/status/control_request.hpp"
#include "supervisor/status/control_server.hpp"

namespace ringfence::status {

class ControlDesk final : ControlServer::Owner {
 public:
  // What is the supervisor's to carry out.
  struct Orders {
    std::function<void(const proto::RestartProcess&)> restart;
    std::function<void(const proto::BlocklistOrder&)> blocklist;  // blocklist_answered() comes back
    std::function<void(const proto::DrainOrder&)> drain;
  };
  static constexpr std::chrono::seconds kPatience{5};

  // `loop`, `log` and `report` outlive it. `epoch` is this process'.
  ControlDesk(Loop& loop, Logger& log, std::uint64_t epoch, std::optional<gid_t> admin_group,
              const proto::StatusReport& report, Orders orders);

  void listen(Fd listening);
  void connect_sip_core(Fd socket);  // replaces what was there
  void blocklist_answered(const proto::BlocklistAnswer& answer);

 private:
  using SipCoreLink = channel::Link<proto::ToStatus, proto::FromStatus>;
  enum class SipCore : std::uint8_t { absent, linked, greeted };
  struct Asker {
    bool traces = false;
    uid_t uid = 0;
    std::string subject;
    std::uint32_t untaken = 0;  // messages that sip-core still counts against the window
    std::uint64_t shown = 0;
  };

  // ControlServer::Owner
  void on_request(ControlServer::Number connection, std::string_view line, const Fd& peer) override;
  void on_written(ControlServer::Number connection) override;
  void on_gone(ControlServer::Number connection) override;

  void carry_out(ControlServer::Number connection, const proto::RestartProcess& order, const Fd&);
  void carry_out(ControlServer::Number connection, const proto::DrainOrder& order, const Fd& peer);
  void carry_out(ControlServer::Number connection, const CallsRequest&, const Fd&);
  void carry_out(ControlServer::Number connection, const RegistrationsRequest&, const Fd&);
  void carry_out(ControlServer::Number connection, const TraceRequest& request, const Fd& peer);
  void carry_out(ControlServer::Number connection, const BlocklistRequest& request, const Fd& peer);
  void give_on(ControlServer::Number connection);
  bool has_sip_core(ControlServer::Number connection);
  void refuse(ControlServer::Number connection, const std::string& sentence);

  bool receive(const proto::ToStatus& message);
  void receive_rows(const proto::CallRows& rows);
  void receive_rows(const proto::RegistrationRows& rows);
  void receive_started(const proto::TraceStarted& started);
  void receive_traced(const proto::TracedMessage& traced);
  void sip_core_gone(const std::string& reason);
  void end(ControlServer::Number connection, std::string_view last_line, std::string_view reason);

  Loop& loop_;
  Logger& log_;
  std::uint64_t epoch_;
  std::optional<gid_t> admin_group_;
  const proto::StatusReport& report_;
  Orders orders_;
  std::unique_ptr<ControlServer> server_;
  std::unique_ptr<SipCoreLink> sip_core_;
  SipCore sip_core_state_ = SipCore::absent;
  std::map<ControlServer::Number, Asker> askers_;            // of sip-core, unanswered
  std::map<ControlServer::Number, Timer> blocklist_askers_;  // of tls-front, with their patience
  std::map<ControlServer::Number, proto::RestartProcess> restarts_;  // answered, not yet given on
};

}  // namespace ringfence::status
