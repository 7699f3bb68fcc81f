// The choice of a certificate while the ClientHello is read (R183): a known name gets its
// context, an unknown one the alert unrecognized_name, none at all the default or the same alert.
// It runs before anything of the context is used, resumption included.
#pragma once

#include <cstdint>
#include <string>

#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::tls_front {

// Where the contexts come from; borrowed pointers, OpenSSL counts its own references.
class CertificateChooser {
 public:
  virtual ~CertificateChooser() = default;
  virtual SSL_CTX* context_for(const std::string& name) const = 0;  // nullptr: unknown
  virtual SSL_CTX* default_context() const = 0;                     // nullptr: there is none
};

class TicketKeys;

enum class ClientCertificate : std::uint8_t { not_asked, asked };

// What one handshake is to be judged by, and how it went. Hangs on the SSL as its application data.
struct HelloChoice {
  enum class Outcome : std::uint8_t { none, chosen, unknown_name, no_name, malformed };

  const CertificateChooser* chooser = nullptr;
  ClientCertificate client_certificate = ClientCertificate::not_asked;
  const TicketKeys* tickets = nullptr;
  X509StorePtr trust;  // a reference of our own: anchors may be exchanged meanwhile
  Outcome outcome = Outcome::none;
  std::string server_name;
};

// For SSL_CTX_set_client_hello_cb.
int choose_certificate(SSL* ssl, int* alert, void* unused);

}  // namespace ringfence::tls_front
