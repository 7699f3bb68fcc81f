// TlsEngine: what every TLS session of this process shares: the policy's contexts, the key
// agreement groups, the trust anchors. Made before confinement, with everything that OpenSSL loads
// at its first use already loaded; from then on it opens no file.
#pragma once

#include <memory>
#include <string>

#include "tls-front/tls/context.hpp"
#include "tls-front/tls/tls_session.hpp"

namespace ringfence::tls_front {

class TlsEngine {
 public:
  static Result<std::unique_ptr<TlsEngine>> create();

  const std::string& groups() const { return groups_; }
  // For sessions made from now on.
  void set_trust(X509StorePtr trust) { trust_ = std::move(trust); }

  // nullptr: OpenSSL has no memory left. `chooser` outlives the handshake, `outgoing` the session.
  std::unique_ptr<TlsSession> accept(const CertificateChooser& chooser,
                                     ClientCertificate client_certificate,
                                     std::string& outgoing) const;
  std::unique_ptr<TlsSession> connect(PeerPolicy policy, std::string& outgoing) const;

 private:
  TlsEngine() = default;
  Result<void> warm_up() const;

  std::string groups_;
  BioMethodPtr wire_method_;
  SslContextPtr server_;
  SslContextPtr client_;
  X509StorePtr trust_;
};

}  // namespace ringfence::tls_front
