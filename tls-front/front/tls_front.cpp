#include "tls-front/front/tls_front.hpp"

#include "tls-front/certificate/trust_anchors.hpp"
#include "tls-front/front/supervisor_messages.hpp"

namespace ringfence::tls_front {
namespace {

constexpr std::size_t kMaxPem = 1 << 20;
constexpr std::size_t kMaxTrustPem = 8 << 20;
constexpr std::size_t kMaxStoredSources = 10'000;  // so that the list fits into one frame
constexpr std::int64_t kWarnDays = 14;

Result<SecretBytes> read_secret(const Fd& fd) {
  auto text = read_whole(fd, kMaxPem);
  if (!text) return std::unexpected(text.error());
  auto secret = SecretBytes::from(*text);
  wipe(text->data(), text->size());
  return secret;
}

}  // namespace

TlsFront::TlsFront(channel::ChildProcess& process, TlsEngine& engine)
    : process_(process),
      engine_(engine),
      log_(process.log()),
      certificates_(engine.groups()),
      shared_(process.loop()),
      connections_(process.loop(), settings_, *this),
      acceptor_(shared_, engine, certificates_, settings_, log_, counters_, *this),
      dialler_(shared_, engine, *this),
      sip_core_(process.loop(), connections_, *this, log_, counters_, process.welcome().epoch()) {
  log_.info("TLS is ready",
            {{"library", OpenSSL_version(OPENSSL_VERSION)}, {"groups", engine.groups()}});
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
      certificates_.remove(message.certificate_removed().sni());
      return true;
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
    case proto::FromSupervisor::kTicketKeys:
    case proto::FromSupervisor::kWelcome:
    case proto::FromSupervisor::kShutdown:
    case proto::FromSupervisor::kStatusReport:
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
  if (link.peer() != proto::SIP_CORE || fds.size() != 1) return false;
  sip_core_.connect(std::move(fds.front()));
  return true;
}

bool TlsFront::take_certificate(const proto::Certificate& certificate, std::vector<Fd>& fds) {
  if (certificate.sni().empty() || fds.size() != 2) return false;
  log_certificate(
      certificates_.load(certificate.sni(), read_whole(fds[0], kMaxPem), read_secret(fds[1])));
  return true;
}

void TlsFront::log_certificate(const CertificateStore::Entry& entry) {
  if (!entry.error.empty()) {
    log_.write(LogLevel::error, "cert-reload", "a certificate cannot be used",
               {{"sni", entry.name},
                {"reason", entry.error},
                {"in-use", entry.served ? "the last good one" : "none"}});
    return;
  }
  const std::int64_t left = days_left(entry.served->not_after, clock_.wall_now());
  log_.write(
      LogLevel::info, "cert-reload", "a certificate is in use",
      {{"sni", entry.name}, {"thumbprint", entry.served->thumbprint_sha256}, {"days-left", left}});
  if (left < 0) {
    log_.write(LogLevel::warning, "cert-expiry", "an expired certificate is served",
               {{"sni", entry.name}, {"days-left", left}});
  }
}

void TlsFront::check_expiry() {
  for (const CertificateStore::Entry* entry : certificates_.entries()) {
    if (!entry->served) continue;
    const std::int64_t left = days_left(entry->served->not_after, clock_.wall_now());
    if (left >= kWarnDays) continue;
    log_.write(left < 0 ? LogLevel::error : LogLevel::warning, "cert-expiry",
               left < 0 ? "an expired certificate is served" : "a certificate expires soon",
               {{"sni", entry->name}, {"days-left", left}});
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
  const bool new_interval = !serving_ || settings_.stats_interval != next_settings_.stats_interval;
  settings_ = next_settings_;
  if (new_interval) schedule_statistics();
  if (!serving_) start_serving();
  process_.ready();
  proto::FromChild applied;
  applied.mutable_snapshot_applied()->set_revision(commit.revision());
  process_.send(applied);
  return true;
}

void TlsFront::start_serving() {
  serving_ = true;
  // Not before: the settings say for how long a source may stay blocked.
  restore_blocklist();
  acceptor_.start();
  check_expiry();
  report_health();
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
  sip_core_.opened(connection);
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

void TlsFront::log_statistics() {
  PortStatistics total;
  std::uint32_t in_flight = 0;
  for (const auto& [id, port] : acceptor_.ports()) {
    total.handshakes_ok += port.statistics.handshakes_ok;
    total.handshakes_failed += port.statistics.handshakes_failed;
    total.over_cap += port.statistics.over_cap;
    in_flight += acceptor_.governor().in_flight(id);
  }
  log_.write(LogLevel::info, "SIPS-stats", "handshakes so far",
             {{"ok", total.handshakes_ok},
              {"failed", total.handshakes_failed},
              {"over-cap", total.over_cap},
              {"in-flight", in_flight},
              {"connections", connections_.size()},
              {"blocklist", acceptor_.blocklist().active(process_.loop().now())},
              {"blocked-lifetime", acceptor_.blocklist().blocked_lifetime()}});
  schedule_statistics();
}

// On change, at most once a second, and every ten seconds all the same.
void TlsFront::report_health() {
  const TimePoint now = process_.loop().now();
  proto::FromChild message;
  write_health({acceptor_, certificates_, acceptor_.blocklist(), counters_, connections_.size()},
               now, *message.mutable_tls_front_health());
  std::string health = message.tls_front_health().SerializeAsString();
  if (health != last_health_ || now - last_health_time_ >= std::chrono::seconds(10)) {
    process_.send(message);
    last_health_ = std::move(health);
    last_health_time_ = now;
  }
  health_ = process_.loop().after(std::chrono::seconds(1), [this] { report_health(); });
}

}  // namespace ringfence::tls_front
