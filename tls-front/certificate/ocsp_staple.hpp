// OcspStaple: the answer of a CA's OCSP responder, to be sent along with the certificate that it is
// about (RFC 6066 §8), so that no phone has to ask. It comes from a file beside the chain; nothing
// here asks anybody. Staples hang on their SSL_CTX and live as long as it does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/result.hpp"
#include "tls-front/certificate/certificate_chain.hpp"
#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::tls_front {

struct OcspStaple {
  X509Ptr certificate;  // that it is about
  std::string der;
  X509* subject() const { return certificate.get(); }
};

// The error says why it cannot be stapled: not about the leaf, not signed by its issuer, out of
// date, or "the certificate is revoked".
Result<OcspStaple> read_ocsp_response(std::string_view der, const CertificateChain& chain);

// What this context's handshakes are given when the client asks (status_request). A response whose
// time is over is left out.
Result<void> set_staples(SSL_CTX* context, std::vector<OcspStaple> staples);

}  // namespace ringfence::tls_front
