// The TLS policy, in the one place that sets it (RFC 9325): 1.2 and 1.3, ECDHE with
// AEAD only, no renegotiation, no compression, no early data, security level 2 (RSA 2048, no
// SHA-1); resumption by tickets only (R180). Contexts carry no certificate yet; who asks for one
// loads it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/result.hpp"
#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::tls_front {

// Best first; the setting tls_groups may say otherwise.
inline constexpr std::string_view kDefaultGroups = "X25519MLKEM768 X25519 P-256 P-384 P-521";

// Key agreement groups, as SSL_CTX_set1_groups_list takes them, and those left out.
struct Groups {
  std::string usable;  // "X25519:P-256"
  std::vector<std::string> unknown;
};
// Of the names in `wanted`, separated by spaces, those that this OpenSSL knows. Probed one by one:
// a single unknown name makes OpenSSL 3.0 refuse the whole list.
Groups usable_groups(std::string_view wanted = kDefaultGroups);

// Empty groups: OpenSSL's own. A handshake agrees on those of the context that it began with.
Result<SslContextPtr> make_server_context(const std::string& groups);
Result<SslContextPtr> make_client_context(const std::string& groups);

}  // namespace ringfence::tls_front
