// CertificateDesk: what the supervisor hands over of certificates and trust, up to its use: the
// keys are awaited from key-keeper, each new certificate is tried in a handshake with ourselves,
// and the log tells what is served, refused, or about to expire. Owned by TlsFront.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "proto/supervisor_child.pb.h"
#include "runtime/counters.hpp"
#include "runtime/log.hpp"
#include "tls-front/certificate/awaited_certificates.hpp"
#include "tls-front/certificate/certificate_store.hpp"
#include "tls-front/link/key_keeper_link.hpp"
#include "tls-front/tls/tls_engine.hpp"

namespace ringfence::tls_front {

class CertificateDesk {
 public:
  // `on_taken`: fewer certificates are awaited than before, perhaps.
  CertificateDesk(Loop& loop, Logger& log, Counters& counters, TlsEngine& engine,
                  std::function<void()> on_taken);

  void connect_key_keeper(Fd socket) { key_keeper_.connect(std::move(socket)); }
  // False: the message does not fit its descriptors.
  bool take(const proto::Certificate& certificate, std::vector<Fd>& fds);
  void remove(const std::string& sni);
  bool take_trust(std::vector<Fd>& fds);
  // From now on, once an hour.
  void check_expiry();
  bool awaits_keys() const { return !awaited_.empty(); }
  const CertificateStore& store() const { return store_; }

 private:
  void use_known();
  void use(AwaitedCertificate certificate);
  void log_refusal(const CertificateStore::Entry& entry);
  void log_in_use(const CertificateStore::Entry& entry);
  void try_certificates();

  Loop& loop_;
  Logger& log_;
  TlsEngine& engine_;
  std::function<void()> on_taken_;
  SystemClock clock_;
  KeyKeeperLink key_keeper_;  // outlives every certificate
  AwaitedCertificates awaited_;
  CertificateStore store_;
  std::deque<std::string> untried_;  // names whose certificates are new
  Timer trial_;
  Timer expiry_;
};

}  // namespace ringfence::tls_front
