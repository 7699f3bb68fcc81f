#include "tls-front/front/tls_front.hpp"

#include <algorithm>

#include "tls-front/certificate/certificate_trial.hpp"
#include "tls-front/certificate/trust_anchors.hpp"
#include "tls-front/front/supervisor_messages.hpp"

namespace ringfence::tls_front {
namespace {

constexpr std::size_t kMaxPem = 1 << 20;
constexpr std::size_t kMaxTrustPem = 8 << 20;
constexpr std::size_t kMaxStoredSources = 10'000;  // so that the list fits into one frame
constexpr std::int64_t kWarnDays = 14;
// What several peers say within this time goes to sip-core together, and its answers leave
// together.
constexpr std::chrono::milliseconds kTurns{2};
// For as long a key-keeper that is late holds up our start.
constexpr std::chrono::seconds kKeyPatience{2};
constexpr std::chrono::seconds kTrialPause{2};

}  // namespace

TlsFront::TlsFront(channel::ChildProcess& process, TlsEngine& engine)
    : process_(process),
      engine_(engine),
      log_(process.log()),
      key_keeper_(process.loop(), log_, counters_, [this] { use_certificates(); }),
      shared_(process.loop()),
      connections_(process.loop(), settings_, random_, *this),
      acceptor_(shared_, engine, certificates_, settings_, log_, counters_, *this),
      dialler_(shared_, engine, certificates_, *this),
      sip_core_(process.loop(), connections_, *this, log_, counters_, process.welcome().epoch()) {
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
      return take_certificate(message.certificate(), fds);
    case proto::FromSupervisor::kCertificateRemoved:
      awaited_.remove(message.certificate_removed().sni());
      certificates_.remove(message.certificate_removed().sni());
      return true;
    case proto::FromSupervisor::kDrain:
      return false;
    case proto::FromSupervisor::kTicketKeys:
      return take_ticket_keys(*message.mutable_ticket_keys());
    case proto::FromSupervisor::kTrustAnchors:
      return take_trust_anchors(fds);
    case proto::FromSupervisor::kSnapshotBegin:
      return begin_snapshot();
    case proto::FromSupervisor::kSnapshotRow:
      return take_row(message.snapshot_row());
    case proto::FromSupervisor::kSnapshotCommit:
      return commit_snapshot(message.snapshot_commit());
    case proto::FromSupervisor::kBlocklist:
      stored_blocklist_ = message.blocklist();
      if (serving_) restore_blocklist();
      return true;
    case proto::FromSupervisor::kBlocklistOrder:
      answer_order(message.blocklist_order());
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
    key_keeper_.connect(std::move(fds.front()));
    return true;
  }
  if (link.peer() != proto::SIP_CORE) return false;
  sip_core_.connect(std::move(fds.front()));
  return true;
}

bool TlsFront::take_certificate(const proto::Certificate& certificate, std::vector<Fd>& fds) {
  AwaitedCertificate awaited{certificate.sni(), {}};
  std::size_t used = 0;
  for (const proto::CertificatePair& pair : certificate.pairs()) {
    if (used + (pair.has_ocsp() ? 2 : 1) > fds.size()) return false;
    AwaitedPair one{pair.name(), pair.key(), read_whole(fds[used++], kMaxPem), {}};
    if (pair.has_ocsp()) {
      if (auto response = read_whole(fds[used++], kMaxPem)) one.ocsp_der = std::move(*response);
    }
    awaited.pairs.push_back(std::move(one));
  }
  if (awaited.sni.empty() || awaited.pairs.empty() || used != fds.size()) return false;
  awaited_.add(std::move(awaited));
  use_certificates();
  return true;
}

// Those whose keys key-keeper has spoken of.
void TlsFront::use_certificates() {
  const auto known = [this](KeyNumber key) { return key_keeper_.is_known(key); };
  for (AwaitedCertificate& certificate : awaited_.take(known))
    use(std::move(certificate));
  if (!serving_ && revision_ && awaited_.empty()) start_serving();
}

void TlsFront::use(AwaitedCertificate certificate) {
  std::vector<PairFiles> pairs;
  std::vector<KeyNumber> keys;
  for (AwaitedPair& pair : certificate.pairs) {
    keys.push_back(pair.key);
    pairs.push_back({std::move(pair.name), std::move(pair.fullchain_pem), key_keeper_.key(pair.key),
                     std::move(pair.ocsp_der)});
  }
  CertificateStore::Entry& entry = certificates_.load(certificate.sni, std::move(pairs));
  entry.newest_key = std::ranges::max(keys);
  for (const KeyNumber key : keys)
    key_keeper_.let_go(key);
  if (!entry.error.empty()) return log_refusal(entry);
  if (std::ranges::find(untried_, entry.name) == untried_.end()) untried_.push_back(entry.name);
  trial_ = process_.loop().after(Duration::zero(), [this] { try_certificates(); });
}

void TlsFront::log_refusal(const CertificateStore::Entry& entry) {
  log_.write(LogLevel::error, "cert-reload", "a certificate cannot be used",
             {{"sni", entry.name},
              {"reason", entry.error},
              {"in-use", entry.served ? "the last good one" : "none"}});
}

// One name per turn: thousands of new ones must not hold up the ports. Who failed, because
// key-keeper was away perhaps, is tried again; a trial may block, so not at once.
void TlsFront::try_certificates() {
  if (untried_.empty()) return;
  const std::string name = std::move(untried_.front());
  untried_.pop_front();
  Duration pause = Duration::zero();
  if (CertificateStore::Entry* entry = certificates_.find(name); entry && entry->served) {
    const bool again = !entry->trials.empty();
    try_out(*entry, engine_, certificates_);
    const bool confirmed = std::ranges::all_of(entry->trials, &CertificateStore::Trial::confirmed);
    if (!again || confirmed) log_in_use(*entry);
    if (!confirmed) {
      untried_.push_back(name);
      pause = kTrialPause;
    }
  }
  if (!untried_.empty()) {
    trial_ = process_.loop().after(pause, [this] { try_certificates(); });
  }
}

void TlsFront::log_in_use(const CertificateStore::Entry& entry) {
  for (std::size_t i = 0; i < entry.served->pairs.size(); ++i) {
    const ServedPair& pair = entry.served->pairs[i];
    const std::int64_t left = days_left(pair.not_after, clock_.wall_now());
    const bool confirmed = entry.trials[i].confirmed;
    log_.write(confirmed ? LogLevel::info : LogLevel::error, "cert-reload",
               confirmed ? "a certificate is in use"
                         : "a certificate is not what a handshake with ourselves was given",
               {{"sni", entry.name},
                {"key", pair.key_type},
                {"thumbprint", pair.thumbprint_sha256},
                {"days-left", left},
                {"ocsp", entry.trials[i].stapled ? "stapled" : "-"}});
    for (const std::string& warning : pair.warnings) {
      log_.write(LogLevel::warning, "cert-reload", "a certificate is doubtful",
                 {{"sni", entry.name}, {"key", pair.key_type}, {"reason", warning}});
    }
    if (left < 0) {
      log_.write(LogLevel::warning, "cert-expiry", "an expired certificate is served",
                 {{"sni", entry.name}, {"days-left", left}});
    }
  }
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

void TlsFront::check_expiry() {
  for (const CertificateStore::Entry* entry : certificates_.entries()) {
    if (!entry->served) continue;
    for (const ServedPair& pair : entry->served->pairs) {
      const std::int64_t left = days_left(pair.not_after, clock_.wall_now());
      if (left >= kWarnDays) continue;
      log_.write(left < 0 ? LogLevel::error : LogLevel::warning, "cert-expiry",
                 left < 0 ? "an expired certificate is served" : "a certificate expires soon",
                 {{"sni", entry->name}, {"key", pair.key_type}, {"days-left", left}});
    }
  }
  expiry_ = process_.loop().after(std::chrono::hours(1), [this] { check_expiry(); });
}

bool TlsFront::take_trust_anchors(std::vector<Fd>& fds) {
  std::vector<std::string> pems;
  for (const Fd& fd : fds) {
    auto pem = read_whole(fd, kMaxTrustPem);
    if (pem) {
      pems.push_back(std::move(*pem));
    } else {
      log_.warning("a file of trust anchors cannot be read", {{"reason", pem.error().message}});
    }
  }
  auto anchors = read_trust_anchors(pems);
  if (!anchors) {
    log_.error("the trust anchors stay as they were", {{"reason", anchors.error().message}});
    return true;
  }
  const LogLevel level =
      anchors->unreadable > 0 || anchors->certificates == 0 ? LogLevel::warning : LogLevel::info;
  log_.write(level, {}, "trust anchors are read",
             {{"certificates", anchors->certificates}, {"unreadable", anchors->unreadable}});
  engine_.set_trust(std::move(anchors->store));
  return true;
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
  if (new_interval) schedule_statistics();
  revision_ = commit.revision();
  if (serving_) {
    say_applied();
  } else if (awaited_.empty()) {
    start_serving();
  } else {
    patience_ = process_.loop().after(kKeyPatience, [this] { start_serving(); });
  }
  return true;
}

void TlsFront::start_serving() {
  patience_ = Timer();
  serving_ = true;
  // Not before: the settings say for how long a source may stay blocked.
  restore_blocklist();
  acceptor_.start();
  check_expiry();
  report_health();
  process_.ready();
  say_applied();
}

void TlsFront::say_applied() {
  proto::FromChild applied;
  applied.mutable_snapshot_applied()->set_revision(*revision_);
  process_.send(applied);
}

void TlsFront::restore_blocklist() {
  const TimePoint now = process_.loop().now();
  acceptor_.blocklist().restore(read_blocklist(stored_blocklist_, now, clock_.wall_now()), now);
  stored_blocklist_.Clear();
}

void TlsFront::on_accepted(std::unique_ptr<ByteStream> stream, ConnectionFacts facts) {
  connections_.add(std::move(stream), std::move(facts), sip_core_.takes_messages());
}

void TlsFront::answer_order(const proto::BlocklistOrder& order) {
  proto::FromChild message;
  proto::BlocklistAnswer& answer = *message.mutable_blocklist_answer();
  answer.set_request(order.request());
  if (order.release().empty()) {
    const TimePoint now = process_.loop().now();
    write_blocklist(acceptor_.blocklist().blocked(now, kMaxStoredSources), now, clock_.wall_now(),
                    *answer.mutable_blocklist());
  } else {
    answer.set_error(release(order.release()));
  }
  process_.send(message);
}

// The sentence why not; empty: it is released.
std::string TlsFront::release(const std::string& address) {
  const auto source = Source::parse(address);
  if (!source) return address + " is no address";
  if (!acceptor_.blocklist().release(*source, process_.loop().now())) {
    return source->to_string() + " is not blocked";
  }
  log_.info("a source is released from the blocklist", {{"remote", source->to_string()}});
  on_blocklist_changed();
  return {};
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

void TlsFront::on_blocklist_changed() {
  if (std::exchange(blocklist_store_due_, true)) return;
  blocklist_store_ = process_.loop().after(std::chrono::seconds(1), [this] { store_blocklist(); });
}

void TlsFront::store_blocklist() {
  blocklist_store_due_ = false;
  const TimePoint now = process_.loop().now();
  proto::FromChild message;
  write_blocklist(acceptor_.blocklist().blocked(now, kMaxStoredSources), now, clock_.wall_now(),
                  *message.mutable_blocklist());
  process_.send(message);
}

void TlsFront::schedule_statistics() {
  statistics_ = Timer();
  if (settings_.stats_interval == std::chrono::seconds(0)) return;
  statistics_ = process_.loop().after(settings_.stats_interval, [this] { log_statistics(); });
}

// The line, health and metrics are all made of the same snapshot.
void TlsFront::log_statistics() {
  proto::TlsFrontHealth snapshot = take_snapshot();
  PortStatistics total;
  std::uint32_t in_flight = 0;
  for (const proto::PortHealth& port : snapshot.ports()) {
    total.handshakes_ok += port.handshakes_ok();
    total.handshakes_failed += port.handshakes_failed();
    total.over_cap += port.over_cap();
    in_flight += port.in_flight();
  }
  log_.write(LogLevel::info, "SIPS-stats", "handshakes so far",
             {{"ok", total.handshakes_ok},
              {"failed", total.handshakes_failed},
              {"over-cap", total.over_cap},
              {"in-flight", in_flight},
              {"connections", snapshot.connections()},
              {"blocklist", snapshot.blocklist_active()},
              {"blocked-lifetime", snapshot.blocklist_lifetime()}});
  send_health(std::move(snapshot));
  schedule_statistics();
}

proto::TlsFrontHealth TlsFront::take_snapshot() {
  proto::TlsFrontHealth snapshot;
  write_health({acceptor_, certificates_, acceptor_.blocklist(), counters_, connections_.size()},
               process_.loop().now(), snapshot);
  return snapshot;
}

void TlsFront::send_health(proto::TlsFrontHealth snapshot) {
  last_health_ = snapshot.SerializeAsString();
  last_health_time_ = process_.loop().now();
  proto::FromChild message;
  *message.mutable_tls_front_health() = std::move(snapshot);
  process_.send(message);
}

// On change, at most once a second, and every ten seconds all the same.
void TlsFront::report_health() {
  const TimePoint now = process_.loop().now();
  proto::TlsFrontHealth snapshot = take_snapshot();
  if (snapshot.SerializeAsString() != last_health_ ||
      now - last_health_time_ >= std::chrono::seconds(10)) {
    send_health(std::move(snapshot));
  }
  health_ = process_.loop().after(std::chrono::seconds(1), [this] { report_health(); });
}

}  // namespace ringfence::tls_front
