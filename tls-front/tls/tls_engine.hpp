// TlsEngine: what every TLS session of this process shares: the policy's contexts, the key
// agreement groups, the keys of tickets, the trust anchors. Made before confinement, with
// everything that OpenSSL loads at its first use already loaded; from then on it opens no file.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tls-front/tls/context.hpp"
#include "tls-front/tls/ticket_keys.hpp"
#include "tls-front/tls/tls_session.hpp"

namespace ringfence::tls_front {

enum class Cryptography : std::uint8_t { any, fips };

class TlsEngine {
 public:
  // fips: OpenSSL's FIPS provider, or an error.
  static Result<std::unique_ptr<TlsEngine>> create(Cryptography cryptography = Cryptography::any);

  const std::string& groups() const { return groups_; }
  // For sessions made from now on. Names that OpenSSL does not know are left out and come back;
  // an error where none is left: everything stays as it was.
  Result<std::vector<std::string>> set_groups(std::string_view wanted);
  void set_trust(X509StorePtr trust) { trust_ = std::move(trust); }
  bool set_ticket_keys(std::vector<SecretBytes> keys) { return tickets_->replace(std::move(keys)); }

  // nullptr: OpenSSL has no memory left. `chooser` outlives the handshake, `outgoing` the session.
  std::unique_ptr<TlsSession> accept(const CertificateChooser& chooser,
                                     ClientCertificate client_certificate,
                                     std::string& outgoing) const;
  // `shown`: carries what the peer is shown when it asks; nullptr: nothing. Borrowed for the call.
  std::unique_ptr<TlsSession> connect(PeerPolicy policy, std::string& outgoing,
                                      SSL_CTX* shown = nullptr) const;
  // A client that trusts everybody, for handshakes with ourselves.
  SslPtr trial_client() const { return SslPtr(SSL_new(client_.get())); }

 private:
  TlsEngine() = default;
  Result<void> warm_up();

  std::string groups_;
  BioMethodPtr wire_method_;
  SslContextPtr server_;
  SslContextPtr client_;
  std::unique_ptr<TicketKeys> tickets_;
  X509StorePtr trust_;
};

}  // namespace ringfence::tls_front
