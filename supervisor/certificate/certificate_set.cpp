#include "supervisor/certificate/certificate_set.hpp"

#include <algorithm>
#include <utility>

namespace ringfence::supervisor {
namespace {

constexpr std::size_t kPairsPerPump = 64;

void send_keys_of(const CertificateMessages& messages, const CertificateSet::Send& send) {
  for (const MessageWithFds& key : messages.keys)
    send(key);
}

void send_all(const CertificateMessages& messages, const CertificateSet::Send& send) {
  send_keys_of(messages, send);
  send(messages.certificate);
}

std::uint64_t newest_key(const CertificateMessages& messages) {
  const auto& pairs = messages.certificate.message.certificate().pairs();
  return pairs.empty() ? 0 : pairs.rbegin()->key();
}

}  // namespace

bool CertificateSet::scan() {
  CertificateFolder now = scan_certificates(directory_);
  const CertificatePlan plan = plan_certificates(folder_, now);
  const bool names_changed = folder_.names() != now.names();
  folder_ = std::move(now);
  for (const std::string& name : plan.remove) {
    log_.info("certificate removed", {{"sni", name}});
    std::erase(due_, name);
    open_errors_.erase(name);
    pairs_.erase(name);
    removed_.push_back(name);
  }
  for (const std::string& name : plan.send) {
    if (std::ranges::find(due_, name) == due_.end()) due_.push_back(name);
  }
  trust_due_ = trust_due_ || plan.trust_changed;
  return update_warnings() || names_changed;
}

void CertificateSet::start_over() {
  due_.clear();
  removed_.clear();
  for (const auto& [name, pair] : folder_.complete)
    due_.push_back(name);
  for (auto& [name, pair] : pairs_)
    pair.good_due = true;
  trust_due_ = true;
}

void CertificateSet::pump(const Send& send) {
  for (const std::string& name : std::exchange(removed_, {})) {
    send({certificate_removed_message(name), {}});
  }
  if (trust_due_) send_trust(send);
  for (std::size_t sent = 0; sent < kPairsPerPump && !due_.empty(); ++sent) {
    const std::string name = std::move(due_.front());
    due_.pop_front();
    send_pair(name, send);
  }
}

void CertificateSet::send_trust(const Send& send) {
  trust_due_ = false;
  std::string error;
  send(trust_anchors_message(folder_.trust, error));
  open_errors_.erase("");
  if (!error.empty()) open_errors_[""] = error;
}

void CertificateSet::send_pair(const std::string& name, const Send& send) {
  Pair& pair = pairs_[name];
  // A successor gets the good pair first, then the newest, so that it says again what is wrong.
  if (std::exchange(pair.good_due, false) && pair.good) send_all(*pair.good, send);
  if (!refresh(name, pair)) return;
  log_.debug("certificate sent", {{"sni", name}});
  send_all(pair.newest, send);
}

void CertificateSet::send_keys(const Send& send) const {
  for (const auto& [name, pair] : pairs_) {
    if (pair.good) send_keys_of(*pair.good, send);
    send_keys_of(pair.newest, send);
  }
}

// The copy follows the files. False: there is nothing to send.
bool CertificateSet::refresh(const std::string& name, Pair& pair) {
  const auto files = folder_.complete.find(name);
  if (files == folder_.complete.end()) return false;
  if (pair.stamp == files->second) return true;
  auto message = certificate_messages(directory_, name, files->second, last_key_);
  if (!message) {
    // Renamed away under us, perhaps: then the next scan sees another stamp and it is due again.
    log_.warning("a certificate cannot be opened",
                 {{"sni", name}, {"reason", message.error().message}});
    open_errors_[name] = message.error().message;
    return false;
  }
  open_errors_.erase(name);
  if (pair.judgement == Judgement::usable) pair.good = std::move(pair.newest);
  pair.newest = std::move(*message);
  pair.stamp = files->second;
  pair.judgement = Judgement::none;
  return true;
}

void CertificateSet::learn(const proto::TlsFrontHealth& health) {
  struct Judged {
    bool refused = false;
    std::uint64_t newest_key = 0;
  };
  std::map<std::string, Judged> judged;
  for (const auto& certificate : health.certificates()) {
    Judged& name = judged[certificate.sni()];
    name.refused = name.refused || !certificate.error().empty();
    name.newest_key = std::max<std::uint64_t>(name.newest_key, certificate.newest_key());
  }
  for (auto& [name, pair] : pairs_) {
    const auto found = judged.find(lower_case(name));
    // It may still be about the pair before.
    if (found == judged.end() || found->second.newest_key != newest_key(pair.newest)) continue;
    pair.judgement = found->second.refused ? Judgement::refused : Judgement::usable;
    if (pair.judgement == Judgement::usable) pair.good.reset();
  }
}

bool CertificateSet::update_warnings() {
  std::vector<Problem> now = folder_.warnings;
  for (const auto& [name, error] : open_errors_)
    now.push_back({"certificates", 0, name, error});
  if (now == warnings_) return false;
  for (const Problem& problem : now) {
    if (std::ranges::find(warnings_, problem) != warnings_.end()) continue;
    log_.warning("the certificate folder is doubtful",
                 {{"sni", problem.column}, {"reason", problem.message}});
  }
  warnings_ = std::move(now);
  return true;
}

}  // namespace ringfence::supervisor
