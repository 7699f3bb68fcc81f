// Why a TLS session failed: a kind for counters and the blocklist, a sentence for an operator.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tls-front/tls/openssl_error.hpp"

namespace ringfence::tls_front {

enum class TlsFailureKind : std::uint8_t {
  unknown_name,  // SNI that no certificate answers to
  no_name,       // no SNI and no default certificate
  malformed_hello,
  old_protocol,
  no_shared_cipher,  // or group, or signature algorithm
  not_tls,
  peer_alert,
  certificate,      // the peer's, by chain or by name
  own_certificate,  // ours has expired, and the peer said so
  internal,         // no memory, or OpenSSL at odds with itself
  other,
};

struct TlsFailure {
  TlsFailureKind kind = TlsFailureKind::other;
  std::string sentence;
};

// As it stands in counter names: "unknown_name".
std::string_view name_of(TlsFailureKind kind);
// Nothing that the peer could have done better: never held against it.
bool is_our_fault(TlsFailureKind kind);
// For every failure that OpenSSL found itself.
TlsFailure classify(const OpensslError& error);

}  // namespace ringfence::tls_front
