#include "supervisor/supervisor.hpp"

#include <algorithm>
#include <csignal>

#include "supervisor/child/bundle.hpp"
#include "supervisor/config/kept_file.hpp"
#include "supervisor/config/own_address.hpp"
#include "supervisor/notify/systemd_notify.hpp"

namespace ringfence::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr Duration kConfigInterval = 500ms;
// A large configuration that somebody writes to all the time is read less often, and still in time
// for a change to be in force within two seconds.
constexpr Duration kLongestConfigInterval = 1200ms;
constexpr int kConfigShare = 4;
// Where every folder is watched, a look now and then is for what the kernel does not tell.
constexpr Duration kWatchedInterval = 10s;
constexpr Duration kCertificateInterval = 500ms;
constexpr Duration kTicketKeyInterval = 1min;
// A look at the certificate folder takes at most this share of the time.
constexpr int kCertificateShare = 20;
constexpr Duration kFirstListenerRetry = 100ms;
constexpr Duration kListenerRetry = 2s;
constexpr Duration kShutdownInterval = 100ms;
constexpr off_t kSuspectPage = 4096;  // of sip-core's SuspectPage

}  // namespace

Supervisor::Supervisor(const Options& options, Logger& log)
    : options_(options),
      log_(log),
      config_(options.database, options.state_directory, log),
      certificates_(options.certificate_directory, log),
      certificate_watch_(loop_, [this] { poll_certificates(); }),
      network_watch_(loop_, [this](const std::string& what) { network_changed(what); }),
      ticket_keys_(random_),
      listeners_(log, [this](const ListenerSet::Change& change) { listener_changed(change); }),
      children_(loop_, log, random_, *this) {}

Supervisor::~Supervisor() = default;

Result<std::unique_ptr<Supervisor>> Supervisor::prepare(const Options& options, Logger& log) {
  if (const std::string path = control_socket_path(options); path.size() > kMaxSocketPath) {
    return fail("the socket path " + path + " is longer than " + std::to_string(kMaxSocketPath) +
                " bytes: choose a shorter --run folder");
  }
  auto specs = bundle(options);
  if (!specs) return std::unexpected(specs.error());
  std::unique_ptr<Supervisor> supervisor(new Supervisor(options, log));
  if (auto ready = supervisor->take_up(std::move(*specs)); !ready) {
    return std::unexpected(ready.error());
  }
  return supervisor;
}

Result<void> Supervisor::take_up(std::vector<ChildSpec> specs) {
  raise_descriptor_limit();
  allow_locked_memory();
  std::optional<Identity> sip_core;
  for (ChildSpec& spec : specs) {
    if (spec.kind == proto::SIP_CORE) sip_core = spec.launch.identity;
    children_.add(std::move(spec));
  }
  if (auto made = prepare_folders(options_, sip_core); !made) return made;
  auto lock = lock_state_folder(options_);
  if (!lock) return std::unexpected(lock.error());
  state_lock_ = std::move(*lock);
  auto sockets = bind_startup_sockets(options_);
  if (!sockets) return std::unexpected(sockets.error());
  sockets_ = std::move(*sockets);
  auto page = make_kept_memory("suspects", kSuspectPage);
  if (!page) return std::unexpected(page.error());
  suspect_page_ = std::move(*page);
  if (auto opened = config_.prepare(); !opened) return opened;
  const auto kept = read_kept_file(options_.state_directory + kBlocklistName);
  if (kept && !blocklist_.ParseFromString(*kept)) blocklist_.Clear();
  if (!options_.user_prefix.empty()) return keep_needed_capabilities();
  return {};
}

int Supervisor::run() {
  signals_.push_back(std::make_unique<SignalWatch>(loop_, SIGTERM, [this] { begin_to_stop(); }));
  signals_.push_back(std::make_unique<SignalWatch>(loop_, SIGINT, [this] { begin_to_stop(); }));
  signals_.push_back(std::make_unique<SignalWatch>(loop_, SIGHUP, [this] { reload(); }));
  signals_.push_back(std::make_unique<SignalWatch>(loop_, SIGCHLD, [this] {
    for (const auto& child : children_.all())
      child->reap();
  }));
  rotate_ticket_keys();
  poll_certificates();
  poll_config();
  for (const auto& child : children_.all())
    child->start();
  watch_network();
  start_ticking();
  loop_.run();
  return 0;
}

void Supervisor::start_ticking() {
  config_ticker_ = std::make_unique<Ticker>(loop_, kConfigInterval, [this] { poll_config(); });
  certificate_ticker_ =
      std::make_unique<Ticker>(loop_, kCertificateInterval, [this] { poll_certificates(); });
  tickers_.push_back(
      std::make_unique<Ticker>(loop_, kTicketKeyInterval, [this] { rotate_ticket_keys(); }));
  if (const auto interval = watchdog_interval()) {
    tickers_.push_back(std::make_unique<Ticker>(loop_, *interval, [] { notify_watchdog(); }));
  }
}

void Supervisor::poll_config() {
  if (stopping_) return;
  const Surroundings surroundings{own_address(IpAddress::Family::v4),
                                  own_address(IpAddress::Family::v6),
                                  certificates_.folder().names()};
  const TimePoint before = loop_.now();
  const auto outcome = config_.poll(surroundings);
  if (config_ticker_) {
    const Duration took = loop_.now() - before;
    config_ticker_->set_interval(
        std::clamp<Duration>(took * kConfigShare, kConfigInterval, kLongestConfigInterval));
  }
  if (outcome == ConfigStore::Outcome::unchanged && listener_retry_ != Duration::zero()) return;
  if (outcome == ConfigStore::Outcome::snapshot_changed || listener_retry_ == Duration::zero()) {
    listener_retry_ = kFirstListenerRetry;
    listeners_.apply(config_.snapshot().config);
    retry_listeners();
    for (const auto& child : children_.all())
      send_snapshot(*child);
  }
  report_changed();
}

// Soon after a change, for a child may hold the port a moment longer; then every 2 s.
void Supervisor::retry_listeners() {
  if (listeners_.all_bound()) return;
  listener_timer_ = loop_.after(listener_retry_, [this] {
    if (stopping_) return;
    listener_retry_ = std::min(listener_retry_ * 2, kListenerRetry);
    listeners_.retry();
    report_changed();
    retry_listeners();
  });
}

void Supervisor::watch_network() {
  const auto watched = network_watch_.start();
  if (!watched) {
    log_.warning("after a change of the network trunks come back in their own time only",
                 {{"reason", watched.error().message}});
  }
}

void Supervisor::network_changed(const std::string& what) {
  if (stopping_) return;
  log_.write(LogLevel::info, "net-change", "the network changed", {{"what", what}});
  Child* sip_core = children_.find(proto::SIP_CORE);
  if (sip_core == nullptr || !sip_core->listens()) return;
  proto::FromSupervisor message;
  message.mutable_network_changed();
  sip_core->send(message);
}

void Supervisor::poll_certificates() {
  if (stopping_) return;
  const TimePoint before = loop_.now();
  if (certificates_.scan()) report_changed();
  const bool watched = certificate_watch_.watch(certificates_.folder().folders);
  if (certificate_ticker_) {
    const Duration took = loop_.now() - before;
    certificate_ticker_->set_interval(
        std::max(watched ? kWatchedInterval : kCertificateInterval, took * kCertificateShare));
  }
  pump_certificates();
}

void Supervisor::rotate_ticket_keys() {
  if (ticket_keys_.rotate(loop_.now())) send_ticket_keys();
}

void Supervisor::send_ticket_keys() {
  Child* tls_front = children_.find(proto::TLS_FRONT);
  if (tls_front == nullptr || !tls_front->listens()) return;
  proto::FromSupervisor message = ticket_keys_.message();
  tls_front->send(message);
  wipe_keys(message);
}

void Supervisor::pump_certificates() {
  Child* tls_front = children_.find(proto::TLS_FRONT);
  if (!certificates_.has_work() || tls_front == nullptr || !tls_front->listens()) return;
  if (tls_front->queued_octets() == 0) {
    certificates_.pump([this](const MessageWithFds& sent) { pass_on(sent); });
  }
  if (certificates_.has_work()) {
    pump_timer_ = loop_.after(5ms, [this] { pump_certificates(); });
  }
}

// A child that does not listen gets all of it when it does.
void Supervisor::pass_on(const MessageWithFds& certificate) {
  Child* child =
      children_.find(certificate.message.has_private_key() ? proto::KEY_KEEPER : proto::TLS_FRONT);
  if (child != nullptr) child->send(certificate.message, certificate.numbers());
}

void Supervisor::reload() {
  log_.info("reload ordered");
  notify_reloading();
  config_.read_again();
  poll_certificates();
  poll_config();
  notify_ready();
}

void Supervisor::begin_to_drain(const proto::DrainOrder& given) {
  if (stopping_) return;
  order(drain_, given, loop_.now());
  log_.info("draining: no new calls are taken");
  if (Child* sip_core = children_.find(proto::SIP_CORE); sip_core->listens()) {
    send_drain(*sip_core);
  }
  if (drain_.until) {
    drain_timer_ = loop_.after(*drain_.until - loop_.now(), [this] { look_at_drain(); });
  } else {
    drain_timer_.stop();
  }
  report_changed();
}

// Not from within a child's message: what follows ends the children.
void Supervisor::look_at_drain() {
  const auto& sip_core = children_.find(proto::SIP_CORE)->report().sip_core;
  if (!is_over(drain_, sip_core, loop_.now())) return;
  loop_.defer([this] { begin_to_stop(); });
}

void Supervisor::begin_to_stop() {
  if (stopping_) return;
  stopping_ = true;
  log_.info("stopping");
  notify_stopping();
  for (const auto& child : children_.all())
    child->retire();
  go_on_stopping(begin_shutdown(shutdown_, loop_.now()));
  tickers_.push_back(std::make_unique<Ticker>(loop_, kShutdownInterval, [this] {
    go_on_stopping(step(shutdown_, who_is_alive(), loop_.now()));
  }));
}

Alive Supervisor::who_is_alive() const {
  Alive alive;
  for (const auto& child : children_.all()) {
    if (!child->is_alive()) continue;
    (child->spec().kind == proto::SIP_CORE ? alive.sip_core : alive.others) = true;
  }
  return alive;
}

void Supervisor::go_on_stopping(const std::vector<ShutdownOrder>& orders) {
  for (const ShutdownOrder order : orders) {
    for (const auto& child : children_.all()) {
      const bool is_sip_core = child->spec().kind == proto::SIP_CORE;
      if (order == ShutdownOrder::finish_sip_core && is_sip_core) {
        child->ask_to_finish(kSipCoreGrace);
      } else if (order == ShutdownOrder::finish_others && !is_sip_core) {
        child->ask_to_finish(kOthersGrace);
      } else if (order == ShutdownOrder::kill_all) {
        child->kill();
      }
    }
    if (order == ShutdownOrder::exit) {
      log_.info("stopped");
      loop_.stop();
    }
  }
}

}  // namespace ringfence::supervisor
