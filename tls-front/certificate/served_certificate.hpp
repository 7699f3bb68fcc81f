// ServedCertificate: one pair made ready for handshakes, and what health says of it. Built whole or
// not at all: a broken chain, a foreign key or a weak one is an error, an expired one is not, for
// the peer decides what it still accepts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/clock.hpp"
#include "runtime/result.hpp"
#include "tls-front/certificate/signer.hpp"
#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::tls_front {

struct ServedCertificate {
  SslContextPtr context;
  std::string thumbprint_sha256;  // of the leaf, lower-case hexadecimal
  WallTime not_after;
};

// `groups`: as TlsEngine knows them.
Result<ServedCertificate> make_served_certificate(std::string_view fullchain_pem, Signer& signer,
                                                  const std::string& groups);

// Whole days, rounded down: -1 from the first second after not_after on.
std::int64_t days_left(WallTime not_after, WallTime now);

}  // namespace ringfence::tls_front
