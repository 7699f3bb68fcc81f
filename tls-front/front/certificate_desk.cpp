#include "tls-front/front/certificate_desk.hpp"

#include <algorithm>

#include "tls-front/certificate/certificate_trial.hpp"
#include "tls-front/certificate/trust_anchors.hpp"

namespace ringfence::tls_front {
namespace {

constexpr std::size_t kMaxPem = 1 << 20;
constexpr std::size_t kMaxTrustPem = 8 << 20;
constexpr std::int64_t kWarnDays = 14;
constexpr std::chrono::seconds kTrialPause{2};

}  // namespace

CertificateDesk::CertificateDesk(Loop& loop, Logger& log, Counters& counters, TlsEngine& engine,
                                 std::function<void()> on_taken)
    : loop_(loop),
      log_(log),
      engine_(engine),
      on_taken_(std::move(on_taken)),
      key_keeper_(loop, log, counters, [this] { use_known(); }) {}

bool CertificateDesk::take(const proto::Certificate& certificate, std::vector<Fd>& fds) {
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
  use_known();
  return true;
}

// Those whose keys key-keeper has spoken of.
void CertificateDesk::use_known() {
  const auto known = [this](KeyNumber key) { return key_keeper_.is_known(key); };
  for (AwaitedCertificate& certificate : awaited_.take(known))
    use(std::move(certificate));
  on_taken_();
}

void CertificateDesk::use(AwaitedCertificate certificate) {
  std::vector<PairFiles> pairs;
  std::vector<KeyNumber> keys;
  for (AwaitedPair& pair : certificate.pairs) {
    keys.push_back(pair.key);
    pairs.push_back({std::move(pair.name), std::move(pair.fullchain_pem), key_keeper_.key(pair.key),
                     std::move(pair.ocsp_der)});
  }
  CertificateStore::Entry& entry = store_.load(certificate.sni, std::move(pairs));
  entry.newest_key = std::ranges::max(keys);
  for (const KeyNumber key : keys)
    key_keeper_.let_go(key);
  if (!entry.error.empty()) return log_refusal(entry);
  if (std::ranges::find(untried_, entry.name) == untried_.end()) untried_.push_back(entry.name);
  trial_ = loop_.after(Duration::zero(), [this] { try_certificates(); });
}

void CertificateDesk::log_refusal(const CertificateStore::Entry& entry) {
  log_.write(LogLevel::error, "cert-reload", "a certificate cannot be used",
             {{"sni", entry.name},
              {"reason", entry.error},
              {"in-use", entry.served ? "the last good one" : "none"}});
}

// One name per turn: thousands of new ones must not hold up the ports. Who failed, because
// key-keeper was away perhaps, is tried again; a trial may block, so not at once.
void CertificateDesk::try_certificates() {
  if (untried_.empty()) return;
  const std::string name = std::move(untried_.front());
  untried_.pop_front();
  Duration pause = Duration::zero();
  if (CertificateStore::Entry* entry = store_.find(name); entry && entry->served) {
    const bool again = !entry->trials.empty();
    try_out(*entry, engine_, store_);
    const bool confirmed = std::ranges::all_of(entry->trials, &CertificateStore::Trial::confirmed);
    if (!again || confirmed) log_in_use(*entry);
    if (!confirmed) {
      untried_.push_back(name);
      pause = kTrialPause;
    }
  }
  if (!untried_.empty()) {
    trial_ = loop_.after(pause, [this] { try_certificates(); });
  }
}

void CertificateDesk::log_in_use(const CertificateStore::Entry& entry) {
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

void CertificateDesk::check_expiry() {
  for (const CertificateStore::Entry* entry : store_.entries()) {
    if (!entry->served) continue;
    for (const ServedPair& pair : entry->served->pairs) {
      const std::int64_t left = days_left(pair.not_after, clock_.wall_now());
      if (left >= kWarnDays) continue;
      log_.write(left < 0 ? LogLevel::error : LogLevel::warning, "cert-expiry",
                 left < 0 ? "an expired certificate is served" : "a certificate expires soon",
                 {{"sni", entry->name}, {"key", pair.key_type}, {"days-left", left}});
    }
  }
  expiry_ = loop_.after(std::chrono::hours(1), [this] { check_expiry(); });
}

bool CertificateDesk::take_trust(std::vector<Fd>& fds) {
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

void CertificateDesk::remove(const std::string& sni) {
  awaited_.remove(sni);
  store_.remove(sni);
}

}  // namespace ringfence::tls_front
