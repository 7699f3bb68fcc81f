// The Supervisor as the owner of its children: what each is given, and what each may ask for.
#include <algorithm>

#include "supervisor/child/rtp_slice.hpp"
#include "supervisor/config/kept_file.hpp"
#include "supervisor/health/listen_overflows.hpp"
#include "supervisor/health/status_report.hpp"
#include "supervisor/notify/systemd_notify.hpp"
#include "supervisor/supervisor.hpp"

namespace ringfence::supervisor {
namespace {

constexpr Duration kReportInterval = std::chrono::milliseconds(200);

std::int64_t unix_milliseconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

proto::ProcessStatus process_status(const Child& child) {
  proto::ProcessStatus status;
  status.set_name(child.spec().name);
  status.set_pid(child.is_alive() ? static_cast<std::uint32_t>(child.pid()) : 0);
  status.set_state(std::string(name_of(child.state())));
  status.set_restarts(child.restarts());
  if (child.is_alive()) status.set_started_unix_ms(unix_milliseconds(child.started_at()));
  status.set_confinement(child.report().confinement);
  const Child::Report& report = child.report();
  if (child.spec().kind == proto::SIP_CORE) {
    *status.mutable_counters() = report.sip_core.counters();
  } else if (child.spec().kind == proto::TLS_FRONT) {
    *status.mutable_counters() = report.tls_front.counters();
    // What never reached it.
    if (const auto dropped = listen_overflows()) {
      (*status.mutable_counters())["listen_overflows_total"] = *dropped;
    }
  } else if (child.spec().kind == proto::MEDIA_WORKER) {
    *status.mutable_counters() = report.media_worker.counters();
    (*status.mutable_counters())["media_sessions"] = report.media_worker.sessions();
    (*status.mutable_counters())["media_ports_in_use"] = report.media_worker.ports_in_use();
  }
  return status;
}

proto::FromSupervisor socket_message(const char* side, const char* transport,
                                     const std::string& address, std::uint32_t port) {
  proto::FromSupervisor message;
  proto::ListenerSocket& socket = *message.mutable_listener_socket();
  socket.set_side(side);
  socket.set_transport(transport);
  socket.set_address(address);
  socket.set_port(port);
  return message;
}

}  // namespace

proto::Welcome Supervisor::welcome_of(const Child& child) {
  proto::Welcome welcome;
  welcome.set_confine(options_.confine);
  welcome.set_log_level(options_.log_level_name);
  welcome.set_log_format(options_.log_format == LogFormat::json ? "json" : "text");
  switch (child.spec().kind) {
    case proto::SIP_CORE:
      welcome.set_state_directory(options_.state_directory);
      welcome.set_name_servers(options_.name_servers);
      welcome.set_media_workers(options_.media_workers);
      break;
    case proto::MEDIA_WORKER: {
      const RtpSlice slice = rtp_slice(options_.rtp_low, options_.rtp_high, options_.media_workers,
                                       child.spec().index);
      welcome.set_rtp_port_low(slice.low);
      welcome.set_rtp_port_high(slice.high);
      break;
    }
    case proto::TLS_FRONT:
    case proto::KEY_KEEPER:
      welcome.set_fips(options_.fips);
      break;
    case proto::STATUS:
      welcome.set_run_directory(options_.run_directory);
      break;
    default:
      break;
  }
  return welcome;
}

void Supervisor::child_said_hello(Child& child) {
  if (child.spec().kind == proto::STATUS) {
    hand_over_sockets(child);
    children_.link_peers(child);
    last_report_.clear();
    push_report();
    return;
  }
  if (child.spec().kind == proto::SIP_CORE) {
    proto::FromSupervisor message;
    message.mutable_suspect_page();
    child.send(message, suspect_page_);
  }
  hand_over_listeners(child);
  if (child.spec().kind == proto::MEDIA_WORKER) hand_over_session_page(child);
  children_.link_peers(child);
  if (child.spec().kind == proto::KEY_KEEPER) {
    certificates_.send_keys([this](const MessageWithFds& key) { pass_on(key); });
  }
  if (child.spec().kind == proto::TLS_FRONT) {
    send_ticket_keys();
    // After its link, with which key-keeper forgets what it held.
    certificates_.start_over();
    certificates_.send_trust([this](const MessageWithFds& anchors) { pass_on(anchors); });
    pump_certificates();
    proto::FromSupervisor message;
    *message.mutable_blocklist() = blocklist_;
    child.send(message);
  }
  send_snapshot(child);
  if (child.spec().kind == proto::SIP_CORE && drain_.ordered) send_drain(child);
}

void Supervisor::send_drain(Child& sip_core) {
  proto::FromSupervisor message;
  message.mutable_drain();
  sip_core.send(message);
}

void Supervisor::hand_over_session_page(Child& worker) {
  const auto page = session_pages_.of(worker.spec().index);
  if (!page) {
    log_.error("calls will not survive their media worker",
               {{"process", worker.spec().name}, {"reason", page.error().message}});
    return;
  }
  proto::FromSupervisor message;
  message.mutable_session_page();
  worker.send(message, **page);
}

void Supervisor::hand_over_sockets(Child& status) {
  status.send(socket_message("http", "tcp", options_.http.ip.to_string(), options_.http.port),
              sockets_.http);
  status.send(socket_message("control", "unix", control_socket_path(options_), 0),
              sockets_.control);
}

Child* Supervisor::holder_of(ListenerTransport transport) const {
  return children_.find(transport == ListenerTransport::udp ? proto::SIP_CORE : proto::TLS_FRONT);
}

void Supervisor::hand_over_listeners(Child& child) {
  for (const auto& [id, held] : listeners_.all()) {
    if (held.socket && holder_of(held.endpoint.transport) == &child) {
      child.send(listener_socket_message(held), held.socket);
    }
  }
}

void Supervisor::listener_changed(const ListenerSet::Change& change) {
  Child* holder = holder_of(change.endpoint.transport);
  if (holder == nullptr) return;
  if (change.bound != nullptr) {
    holder->send(listener_socket_message(*change.bound), change.bound->socket);
    return;
  }
  proto::FromSupervisor message;
  message.mutable_listener_closed()->set_listener_id(change.id);
  holder->send(message);
}

void Supervisor::send_snapshot(Child& child) {
  if (!needs_snapshot(child.spec().kind) || !child.listens()) return;
  const Snapshot& snapshot = config_.snapshot();
  proto::FromSupervisor message;
  message.mutable_snapshot_begin()->set_revision(snapshot.revision);
  child.send(message);
  for_each_row(snapshot.config, child.spec().kind, [&](const proto::SnapshotRow& row) {
    *message.mutable_snapshot_row() = row;
    child.send(message);
  });
  message.mutable_snapshot_commit()->set_revision(snapshot.revision);
  child.send(message);
}

void Supervisor::child_changed(Child& child) {
  // The status process serves from its own entry on.
  child.spec().kind == proto::STATUS ? push_report() : report_changed();
  if (told_ready_ || !everything_runs()) return;
  told_ready_ = true;
  log_.info("Ringfence is ready", {{"http", options_.http.to_string()}});
  notify_ready();
  push_report();
}

bool Supervisor::child_said(Child& child, proto::FromChild& message) {
  Child::Report& report = child.report();
  switch (message.kind_case()) {
    case proto::FromChild::kSnapshotApplied:
      if (message.snapshot_applied().revision() > config_.snapshot().revision) return false;
      report.applied_revision = message.snapshot_applied().revision();
      break;
    case proto::FromChild::kSipCoreHealth:
      report.sip_core = std::move(*message.mutable_sip_core_health());
      look_at_drain();
      break;
    case proto::FromChild::kTlsFrontHealth:
      report.tls_front = std::move(*message.mutable_tls_front_health());
      certificates_.learn(report.tls_front);
      break;
    case proto::FromChild::kMediaWorkerHealth:
      report.media_worker = std::move(*message.mutable_media_worker_health());
      break;
    case proto::FromChild::kBlocklist:
      keep_blocklist(message.blocklist());
      return true;
    case proto::FromChild::kBlocklistOrder:
      pass_on(message.blocklist_order());
      return true;
    case proto::FromChild::kBlocklistAnswer:
      pass_on(message.blocklist_answer());
      return true;
    case proto::FromChild::kDrainOrder:
      begin_to_drain(message.drain_order());
      return true;
    case proto::FromChild::kRestartProcess:
      restart(message.restart_process());
      return true;
    default:
      return false;
  }
  report_changed();
  return true;
}

void Supervisor::child_retired(Child&) {
  go_on_stopping(step(shutdown_, who_is_alive(), loop_.now()));
}

void Supervisor::keep_blocklist(const proto::Blocklist& blocklist) {
  blocklist_ = blocklist;
  const auto kept =
      write_kept_file(options_.state_directory + kBlocklistName, blocklist_.SerializeAsString());
  if (!kept) log_.warning("cannot keep the blocklist", {{"reason", kept.error().message}});
}

// What an operator asks of the blocklist goes to tls-front, and its answer back.
void Supervisor::pass_on(const proto::BlocklistOrder& order) {
  Child* tls_front = children_.find(proto::TLS_FRONT);
  if (tls_front != nullptr && tls_front->listens()) {
    proto::FromSupervisor message;
    *message.mutable_blocklist_order() = order;
    return tls_front->send(message);
  }
  proto::BlocklistAnswer answer;
  answer.set_request(order.request());
  answer.set_error("tls-front is not running");
  pass_on(answer);
}

void Supervisor::pass_on(const proto::BlocklistAnswer& answer) {
  Child* status = children_.find(proto::STATUS);
  if (status == nullptr || !status->listens()) return;
  proto::FromSupervisor message;
  *message.mutable_blocklist_answer() = answer;
  status->send(message);
}

void Supervisor::restart(const proto::RestartProcess& order) {
  Child* child = children_.find(order.process(), order.index());
  if (child != nullptr && !stopping_) child->order_restart();
}

bool Supervisor::everything_runs() const {
  const auto runs = [&](proto::ProcessKind kind) {
    return std::ranges::any_of(children_.all(), [&](const auto& child) {
      return child->spec().kind == kind && child->state() == ChildState::running;
    });
  };
  return runs(proto::SIP_CORE) && runs(proto::TLS_FRONT) && runs(proto::MEDIA_WORKER);
}

void Supervisor::report_changed() {
  report_due_ = true;
  if (report_timer_pending_) return;
  report_timer_pending_ = true;
  report_timer_ = loop_.after(kReportInterval, [this] {
    report_timer_pending_ = false;
    if (report_due_) push_report();
  });
}

void Supervisor::push_report() {
  report_due_ = false;
  Child* status = children_.find(proto::STATUS);
  if (status == nullptr || !status->listens()) return;
  proto::FromSupervisor message;
  *message.mutable_status_report() = make_report();
  const std::string octets = message.SerializeAsString();
  if (octets == last_report_) return;
  last_report_ = octets;
  status->send(message);
}

// The oldest revision that a running child serves with: from then on it holds everywhere.
std::uint64_t Supervisor::revision_in_force() const {
  std::optional<std::uint64_t> oldest;
  for (const auto& child : children_.all()) {
    if (!needs_snapshot(child->spec().kind) || child->state() != ChildState::running) continue;
    const std::uint64_t applied = child->report().applied_revision;
    oldest = std::min(oldest.value_or(applied), applied);
  }
  return oldest.value_or(0);
}

// F029, F032
std::vector<Problem> Supervisor::state_problems() const {
  const Child& sip_core = *children_.find(proto::SIP_CORE);
  if (sip_core.refuses_state()) {
    return {{"state.db", 0, "",
             "it is of a newer version than this program: sip-core leaves it as it is and does not "
             "start. Start the newer programs, or stop and put a copy of before the upgrade in its "
             "place"}};
  }
  const auto& counters = sip_core.report().sip_core.counters();
  const auto rebuilds = counters.find("reg_store_rebuilds_total");
  if (rebuilds == counters.end() || rebuilds->second == 0) return {};
  return {{"state.db", 0, "",
           "it was damaged or taken away and begun anew: the old one is beside it under a longer "
           "name, call records of before are in that alone. This line goes with a restart of "
           "sip-core"}};
}

proto::StatusReport Supervisor::make_report() const {
  StatusSources sources;
  for (const auto& child : children_.all())
    sources.processes.push_back(process_status(*child));
  sources.listeners = &listeners_.all();
  sources.config = &config_.snapshot().config;
  sources.revision = revision_in_force();
  const std::vector<Problem> state = state_problems();
  sources.errors = {&config_.errors(), &state};
  sources.warnings = {&config_.warnings(), &certificates_.warnings()};
  const Child* sip_core = children_.find(proto::SIP_CORE);
  if (sip_core->state() == ChildState::running) sources.sip_core = &sip_core->report().sip_core;
  const Child* tls_front = children_.find(proto::TLS_FRONT);
  if (tls_front->state() == ChildState::running) {
    sources.tls_front = &tls_front->report().tls_front;
  }
  proto::StatusReport report = status_report(sources);
  report.set_draining(drain_.ordered);
  return report;
}

}  // namespace ringfence::supervisor
