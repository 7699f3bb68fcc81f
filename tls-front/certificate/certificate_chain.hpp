// CertificateChain: a leaf and what stands behind it, as fullchain.pem holds them, and what a peer
// may dislike about it. Pure over its text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/clock.hpp"
#include "runtime/result.hpp"
#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::tls_front {

struct CertificateChain {
  std::vector<X509Ptr> certificates;  // in the file's order, never empty

  X509& leaf() const { return *certificates.front(); }
  X509* issuer() const { return certificates.size() > 1 ? certificates[1].get() : nullptr; }
};

Result<CertificateChain> read_chain(std::string_view pem);

std::string thumbprint_sha256(const X509& certificate);  // lower-case hexadecimal
std::string key_type(const X509& certificate);           // "RSA", "ECDSA", else OpenSSL's name
Result<WallTime> end_of_validity(const X509& certificate);

// Sentences: it can be served under `name`, and yet peers may refuse it. An end of validity that is
// past is not among them: health tells of that by the day.
std::vector<std::string> doubts_about(const CertificateChain& chain, const std::string& name);

}  // namespace ringfence::tls_front
