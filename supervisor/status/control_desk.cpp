#include "supervisor/status/control_desk.hpp"

#include <utility>

#include "supervisor/status/control_lines.hpp"

namespace ringfence::status {

ControlDesk::ControlDesk(Loop& loop, Logger& log, std::uint64_t epoch,
                         std::optional<gid_t> admin_group, const proto::StatusReport& report,
                         Orders orders)
    : loop_(loop),
      log_(log),
      epoch_(epoch),
      admin_group_(admin_group),
      report_(report),
      orders_(std::move(orders)) {}

void ControlDesk::listen(Fd listening) {
  ControlServer::Owner& owner = *this;
  server_ = std::make_unique<ControlServer>(loop_, std::move(listening), kMaxControlLine, owner);
}

void ControlDesk::connect_sip_core(Fd socket) {
  sip_core_gone("sip-core was restarted");
  sip_core_ = std::make_unique<SipCoreLink>(
      loop_, std::move(socket),
      [this](const proto::ToStatus& message, std::vector<Fd>&) { return receive(message); },
      [this](const std::string& reason) {
        sip_core_gone("the link to sip-core closed: " + reason);
      });
  proto::FromStatus hello;
  hello.mutable_hello()->set_epoch(epoch_);
  sip_core_->send(hello);
  sip_core_state_ = SipCore::linked;
}

void ControlDesk::sip_core_gone(const std::string& reason) {
  sip_core_state_ = SipCore::absent;
  const auto askers = std::exchange(askers_, {});
  for (const auto& [connection, asker] : askers) {
    askers_.emplace(connection, asker);
    end(connection, "error: " + reason, reason);
  }
}

// ---- from the admin socket

void ControlDesk::on_request(ControlServer::Number connection, std::string_view line,
                             const Fd& peer) {
  if (!may_control(peer, admin_group_)) return refuse(connection, "you may not give orders here");
  const auto request = read_control_line(line, report_);
  if (!request) return refuse(connection, request.error());
  std::visit([&](const auto& one) { carry_out(connection, one, peer); }, *request);
}

void ControlDesk::refuse(ControlServer::Number connection, const std::string& sentence) {
  server_->write(connection, "error: " + sentence + "\n");
  server_->finish(connection);
}

void ControlDesk::carry_out(ControlServer::Number connection, const proto::RestartProcess& order,
                            const Fd&) {
  restarts_[connection] = order;
  server_->write(connection, "ok\n");
  server_->finish(connection);
}

void ControlDesk::carry_out(ControlServer::Number connection, const proto::DrainOrder& order,
                            const Fd& peer) {
  log_.info("the box is to be drained",
            {{"uid", uid_of(peer).value_or(static_cast<uid_t>(-1))},
             {"seconds", order.has_seconds() ? std::to_string(order.seconds()) : "no limit"}});
  server_->write(connection, "ok\n");
  server_->finish(connection);
  orders_.drain(order);
}

// Only when it is answered, for it may be our own end.
void ControlDesk::give_on(ControlServer::Number connection) {
  if (const auto order = restarts_.extract(connection)) orders_.restart(order.mapped());
}

// What we ask before its Hello it reads after ours.
bool ControlDesk::has_sip_core(ControlServer::Number connection) {
  if (sip_core_state_ != SipCore::absent) return true;
  refuse(connection, "sip-core is not there");
  return false;
}

void ControlDesk::carry_out(ControlServer::Number connection, const CallsRequest&, const Fd&) {
  if (!has_sip_core(connection)) return;
  askers_[connection] = {};
  server_->write(connection, "ok\n");
  proto::FromStatus message;
  message.mutable_list_calls()->set_request(connection);
  sip_core_->send(message);
}

void ControlDesk::carry_out(ControlServer::Number connection, const RegistrationsRequest&,
                            const Fd&) {
  if (!has_sip_core(connection)) return;
  askers_[connection] = {};
  server_->write(connection, "ok\n");
  proto::FromStatus message;
  message.mutable_list_registrations()->set_request(connection);
  sip_core_->send(message);
}

void ControlDesk::carry_out(ControlServer::Number connection, const TraceRequest& request,
                            const Fd& peer) {
  if (!has_sip_core(connection)) return;
  Asker& asker = askers_[connection];
  asker.traces = true;
  asker.uid = uid_of(peer).value_or(static_cast<uid_t>(-1));
  asker.subject = request.subject;
  proto::FromStatus message;
  message.mutable_start_trace()->set_request(connection);
  message.mutable_start_trace()->set_subject(request.subject);
  sip_core_->send(message);
}

void ControlDesk::carry_out(ControlServer::Number connection, const BlocklistRequest& request,
                            const Fd& peer) {
  if (!request.release.empty()) {
    log_.info(
        "a source is to be released from the blocklist",
        {{"uid", uid_of(peer).value_or(static_cast<uid_t>(-1))}, {"source", request.release}});
  }
  blocklist_askers_[connection] = loop_.after(kPatience, [this, connection] {
    if (blocklist_askers_.erase(connection) > 0) refuse(connection, "tls-front does not answer");
  });
  proto::BlocklistOrder order;
  order.set_request(connection);
  order.set_release(request.release);
  orders_.blocklist(order);
}

void ControlDesk::blocklist_answered(const proto::BlocklistAnswer& answer) {
  if (blocklist_askers_.erase(answer.request()) == 0) return;
  if (!answer.error().empty()) return refuse(answer.request(), answer.error());
  server_->write(answer.request(), "ok\n");
  if (answer.has_blocklist()) {
    for (const auto& source : answer.blocklist().sources())
      server_->write(answer.request(), blocked_line(source));
    server_->write(answer.request(), "end\n");
  }
  server_->finish(answer.request());
}

void ControlDesk::on_written(ControlServer::Number connection) {
  give_on(connection);
  const auto found = askers_.find(connection);
  if (found == askers_.end() || found->second.untaken == 0) return;
  proto::FromStatus message;
  message.mutable_trace_taken()->set_request(connection);
  message.mutable_trace_taken()->set_messages(std::exchange(found->second.untaken, 0));
  sip_core_->send(message);
}

void ControlDesk::on_gone(ControlServer::Number connection) {
  blocklist_askers_.erase(connection);
  give_on(connection);
  const auto found = askers_.find(connection);
  if (found == askers_.end()) return;
  if (found->second.traces) {
    proto::FromStatus message;
    message.mutable_stop_trace()->set_request(connection);
    sip_core_->send(message);
  }
  end(connection, {}, "the reader went");
}

// ---- from sip-core

bool ControlDesk::receive(const proto::ToStatus& message) {
  // The peer's Hello is its first message and comes once.
  if (message.has_hello() == (sip_core_state_ == SipCore::greeted)) return false;
  switch (message.kind_case()) {
    case proto::ToStatus::kHello:
      sip_core_state_ = SipCore::greeted;
      return true;
    case proto::ToStatus::kCallRows:
      receive_rows(message.call_rows());
      return true;
    case proto::ToStatus::kRegistrationRows:
      receive_rows(message.registration_rows());
      return true;
    case proto::ToStatus::kTraceStarted:
      receive_started(message.trace_started());
      return true;
    case proto::ToStatus::kTracedMessage:
      receive_traced(message.traced_message());
      return true;
    case proto::ToStatus::kTraceCaughtUp:
      server_->write(message.trace_caught_up().request(), live_line());
      return true;
    case proto::ToStatus::kTraceOver:
      end(message.trace_over().request(), "end", "the call is over");
      return true;
    case proto::ToStatus::KIND_NOT_SET:
      return false;
  }
  return false;
}

void ControlDesk::receive_rows(const proto::CallRows& rows) {
  if (!askers_.contains(rows.request())) return;
  for (const auto& row : rows.rows())
    server_->write(rows.request(), call_line(row));
  if (rows.last()) end(rows.request(), "end", {});
}

void ControlDesk::receive_rows(const proto::RegistrationRows& rows) {
  if (!askers_.contains(rows.request())) return;
  for (const auto& row : rows.rows())
    server_->write(rows.request(), registration_line(row));
  if (rows.last()) end(rows.request(), "end", {});
}

void ControlDesk::receive_started(const proto::TraceStarted& started) {
  const auto found = askers_.find(started.request());
  if (found == askers_.end()) return;
  if (!started.refusal().empty()) {
    askers_.erase(found);
    return refuse(started.request(), started.refusal());
  }
  server_->write(started.request(), "ok\n");
  const Asker& asker = found->second;
  log_.info("a trace started",
            {{"uid", asker.uid}, {"of", asker.subject.empty() ? "everything" : asker.subject}});
}

void ControlDesk::receive_traced(const proto::TracedMessage& traced) {
  const auto found = askers_.find(traced.request());
  if (found == askers_.end()) return;
  if (traced.missed() > 0) server_->write(traced.request(), missed_line(traced.missed()));
  ++found->second.untaken;
  ++found->second.shown;
  server_->write(traced.request(), traced_line(traced));
}

void ControlDesk::end(ControlServer::Number connection, std::string_view last_line,
                      std::string_view reason) {
  const auto found = askers_.find(connection);
  if (found == askers_.end()) return;
  const Asker asker = std::move(found->second);
  askers_.erase(found);
  if (asker.traces) {
    log_.info("a trace ended", {{"uid", asker.uid},
                                {"of", asker.subject.empty() ? "everything" : asker.subject},
                                {"messages", asker.shown},
                                {"reason", reason}});
  }
  if (last_line.empty()) return;
  server_->write(connection, std::string(last_line) + "\n");
  server_->finish(connection);
}

}  // namespace ringfence::status
