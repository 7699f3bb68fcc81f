// ServedCertificate: the pairs of one name made ready for handshakes, and what health says of them.
// RSA and ECDSA may stand side by side: each client gets the one that it can verify. Built whole or
// not at all: a broken chain, a foreign key or a weak one is an error, an expired one is not, for
// the peer decides what it still accepts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/clock.hpp"
#include "runtime/result.hpp"
#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::tls_front {

// One pair as it came: a PEM text, a key that signs for it, and a DER response of the CA's OCSP
// responder where there is one.
struct PairSource {
  std::string name;  // "", "rsa" or "ecdsa": of its files
  std::string fullchain_pem;
  PkeyPtr key;
  std::optional<std::string> ocsp_der;
};

struct ServedPair {
  std::string key_type;           // "ECDSA", "RSA"
  std::string thumbprint_sha256;  // of the leaf, lower-case hexadecimal
  WallTime not_after;
  std::vector<std::string> warnings;  // it is served, but peers may refuse it
  bool has_ocsp = false;              // a response that can be stapled
};

struct ServedCertificate {
  SslContextPtr context;
  std::vector<ServedPair> pairs;
};

// `name`: of the folder. Sessions are resumed only under the same name and certificates.
Result<ServedCertificate> make_served_certificate(const std::string& name,
                                                  std::vector<PairSource> sources);

// Whole days, rounded down: -1 from the first second after not_after on.
std::int64_t days_left(WallTime not_after, WallTime now);

}  // namespace ringfence::tls_front
