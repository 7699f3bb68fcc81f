#include "tls-front/front/tls_front.hpp"

#include "tls-front/front/supervisor_messages.hpp"

namespace ringfence::tls_front {
namespace {

// What several peers say within this time goes to sip-core together, and its answers leave
// together.
constexpr std::chrono::milliseconds kTurns{4};
// For as long a key-keeper that is late holds up our start.
constexpr std::chrono::seconds kKeyPatience{2};

}  // namespace

TlsFront::TlsFront(channel::ChildProcess& process, TlsEngine& engine)
    : process_(process),
      engine_(engine),
      log_(process.log()),
      certificates_(process.loop(), log_, counters_, engine, [this] { serve_if_complete(); }),
      shared_(process.loop()),
      connections_(process.loop(), settings_, random_, *this),
      acceptor_(shared_, engine, certificates_.store(), settings_, log_, counters_, *this),
      dialler_(shared_, engine, certificates_.store(), *this),
      sip_core_(process.loop(), connections_, *this, log_, counters_, process.welcome().epoch()),
      blocklist_(process, acceptor_.blocklist()),
      health_(process, acceptor_, certificates_.store(), counters_, connections_) {
  log_.info("TLS is ready",
            {{"library", OpenSSL_version(OPENSSL_VERSION)}, {"groups", engine.groups()}});
  process.loop().pace(kTurns);
}

bool TlsFront::on_message(proto::FromSupervisor& message, std::vector<Fd>& fds) {
  switch (message.kind_case()) {
    case proto::FromSupervisor::kListenerSocket:
      return take_listener(message.listener_socket(), fds);
    case proto::FromSupervisor::kListenerClosed:
      acceptor_.remove(ListenerId(message.listener_closed().listener_id()));
      return true;
    case proto::FromSupervisor::kPeerLink:
      return take_peer_link(message.peer_link(), fds);
    case proto::FromSupervisor::kCertificate:
      return certificates_.take(message.certificate(), fds);
    case proto::FromSupervisor::kCertificateRemoved:
      certificates_.remove(message.certificate_removed().sni());
      return true;
    case proto::FromSupervisor::kDrain:
      return false;
    case proto::FromSupervisor::kTicketKeys:
      return take_ticket_keys(*message.mutable_ticket_keys());
    case proto::FromSupervisor::kTrustAnchors:
      return certificates_.take_trust(fds);
    case proto::FromSupervisor::kSnapshotBegin:
      return begin_snapshot();
    case proto::FromSupervisor::kSnapshotRow:
      return take_row(message.snapshot_row());
    case proto::FromSupervisor::kSnapshotCommit:
      return commit_snapshot(message.snapshot_commit());
    case proto::FromSupervisor::kBlocklist:
      blocklist_.take(message.blocklist());
      if (serving_) blocklist_.restore();
      return true;
    case proto::FromSupervisor::kBlocklistOrder:
      blocklist_.answer(message.blocklist_order());
      return true;
    case proto::FromSupervisor::kBlocklistAnswer:
    case proto::FromSupervisor::kWelcome:
    case proto::FromSupervisor::kShutdown:
    case proto::FromSupervisor::kStatusReport:
    case proto::FromSupervisor::kSessionPage:
    case proto::FromSupervisor::kPrivateKey:
    case proto::FromSupervisor::kNetworkChanged:
    case proto::FromSupervisor::kSuspectPage:
    case proto::FromSupervisor::KIND_NOT_SET:
      return false;
  }
  return false;
}

bool TlsFront::take_listener(const proto::ListenerSocket& socket, std::vector<Fd>& fds) {
  const auto facts = read_listener(socket);
  if (!facts || fds.size() != 1) return false;
  acceptor_.add(*facts, std::move(fds.front()));
  return true;
}

bool TlsFront::take_peer_link(const proto::PeerLink& link, std::vector<Fd>& fds) {
  if (fds.size() != 1) return false;
  if (link.peer() == proto::KEY_KEEPER) {
    certificates_.connect_key_keeper(std::move(fds.front()));
    return true;
  }
  if (link.peer() != proto::SIP_CORE) return false;
  sip_core_.connect(std::move(fds.front()));
  return true;
}

bool TlsFront::take_ticket_keys(proto::TicketKeys& keys) {
  std::vector<SecretBytes> secrets;
  for (std::string& key : *keys.mutable_keys()) {
    secrets.push_back(SecretBytes::from(key));
    wipe(key.data(), key.size());
  }
  return engine_.set_ticket_keys(std::move(secrets));
}

void TlsFront::use_groups() {
  const auto unknown = engine_.set_groups(settings_.tls_groups);
  if (!unknown) {
    log_.error("the groups of TLS stay as they were", {{"reason", unknown.error().message}});
    return;
  }
  std::string left_out;
  for (const std::string& name : *unknown)
    left_out += (left_out.empty() ? "" : " ") + name;
  log_.info("the groups of TLS",
            {{"groups", engine_.groups()}, {"left-out", left_out.empty() ? "-" : left_out}});
}

bool TlsFront::begin_snapshot() {
  if (in_snapshot_) return false;
  in_snapshot_ = true;
  next_settings_ = settings_;
  return true;
}

bool TlsFront::take_row(const proto::SnapshotRow& row) {
  if (!in_snapshot_) return false;
  // Of a listener's row nothing is needed here: its socket says where and for whom it listens.
  if (row.has_setting() && !next_settings_.set(row.setting().key(), row.setting().value())) {
    log_.warning("a setting cannot be used, the last value stays",
                 {{"key", row.setting().key()}, {"value", row.setting().value()}});
  }
  return row.has_setting() || row.has_listener();
}

bool TlsFront::commit_snapshot(const proto::SnapshotCommit& commit) {
  if (!in_snapshot_) return false;
  in_snapshot_ = false;
  const bool new_groups = settings_.tls_groups != next_settings_.tls_groups;
  const bool new_interval = !serving_ || settings_.stats_interval != next_settings_.stats_interval;
  settings_ = next_settings_;
  if (new_groups) use_groups();
  if (new_interval) health_.write_line_every(settings_.stats_interval);
  revision_ = commit.revision();
  if (serving_) {
    say_applied();
  } else {
    patience_ = process_.loop().after(kKeyPatience, [this] { start_serving(); });
    serve_if_complete();
  }
  return true;
}

void TlsFront::serve_if_complete() {
  if (!serving_ && revision_ && !certificates_.awaits_keys()) start_serving();
}

void TlsFront::start_serving() {
  patience_ = Timer();
  serving_ = true;
  blocklist_.restore();
  acceptor_.start();
  certificates_.check_expiry();
  health_.report();
  process_.ready();
  say_applied();
}

void TlsFront::say_applied() {
  proto::FromChild applied;
  applied.mutable_snapshot_applied()->set_revision(*revision_);
  process_.send(applied);
}

void TlsFront::on_accepted(std::unique_ptr<ByteStream> stream, ConnectionFacts facts) {
  connections_.add(std::move(stream), std::move(facts), sip_core_.takes_messages());
}

void TlsFront::on_dialled(std::unique_ptr<ByteStream> stream, ConnectionFacts facts) {
  connections_.add(std::move(stream), std::move(facts), sip_core_.takes_messages());
}

void TlsFront::on_dial_failed(DialId id, const std::string& reason) {
  counters_.get("dials_failed_total").add();
  sip_core_.dial_failed(id, reason);
}

void TlsFront::on_peer_refused(const DialRequest& request, const std::string& reason) {
  counters_.get("peer_certificates_refused_total").add();
  log_.write(LogLevel::warning, "tls-verify", "a peer's certificate was refused",
             {{"want", request.policy.server_name}, {"reason", reason}});
}

void TlsFront::on_opened(Connection& connection) {
  counters_.get("connections_total").add();
  if (connection.facts().transport == StreamTransport::tls) note_agreed(connection.facts());
  sip_core_.opened(connection);
}

// The version and the group, as counters and, at the level of debug, with the arrival.
void TlsFront::note_agreed(const ConnectionFacts& facts) {
  const TlsFacts& tls = facts.tls;
  counters_.get("tls_version_" + tls.version + "_total").add();
  counters_.get("tls_group_" + (tls.group.empty() ? "none" : tls.group) + "_total").add();
  if (tls.resumed) counters_.get("tls_sessions_resumed_total").add();
  log_.write(LogLevel::debug, "sips-arrival", "a connection is secured",
             {{"remote", facts.remote.to_string()},
              {"local", facts.local.to_string()},
              {"sni", tls.server_name.empty() ? "-" : tls.server_name},
              {"version", tls.version},
              {"cipher", tls.cipher},
              {"group", tls.group.empty() ? "-" : tls.group},
              {"resumed", tls.resumed ? "yes" : "no"}});
}

void TlsFront::on_received(Connection& connection) {
  sip_core_.offer(connection);
}

void TlsFront::on_over(const Connection& connection, const StreamEnd& end) {
  acceptor_.connection_over(connection.facts(), connection.peer_class());
  if (end.kind == StreamEnd::Kind::tls_failed && !connection.has_spoken()) {
    acceptor_.refused_after_handshake(connection.facts(), end);
  }
  if (end.kind == StreamEnd::Kind::timed_out) counters_.get("connections_timed_out_total").add();
  if (end.kind == StreamEnd::Kind::peer_does_not_read) {
    counters_.get("slow_readers_closed_total").add();
  }
  sip_core_.over(connection, end.sentence);
}

void TlsFront::on_dial(DialRequest request) {
  // We speak from the address that the listener's name stands for.
  const Acceptor::Port* port = acceptor_.port(request.listener);
  if (port != nullptr) request.from = port->facts.address.ip;
  counters_.get("dials_total").add();
  dialler_.start(std::move(request));
}

void TlsFront::on_class(Connection& connection, PeerClass peer_class) {
  // A trunk stays one: its limits were lifted once and for all.
  if (connection.peer_class() == PeerClass::trunk) return;
  if (peer_class == PeerClass::trunk) acceptor_.exempt_from_limits(connection.facts());
  connection.set_class(peer_class);
}

void TlsFront::on_penalise(const IpAddress& address, const std::string& reason) {
  acceptor_.penalise(address, reason);
}

void TlsFront::on_trunk_sources(std::span<const IpNetwork> networks) {
  acceptor_.set_trunk_sources(networks);
}

void TlsFront::on_sip_core_gone() {
  dialler_.abandon_all();
}

}  // namespace ringfence::tls_front
