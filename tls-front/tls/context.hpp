// The TLS policy, in the one place that sets it (RFC 9325): 1.2 and 1.3, ECDHE with
// AEAD only, no renegotiation, no compression, no resumption, no early data, security level 2
// (RSA 2048, no SHA-1). Contexts carry no certificate yet; who asks for one loads it.
#pragma once

#include <string>

#include "runtime/result.hpp"
#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::tls_front {

// The key agreement groups that this OpenSSL knows, best first, as SSL_CTX_set1_groups_list takes
// them. Probed one by one: a single unknown name makes OpenSSL 3.0 refuse the whole list.
std::string usable_groups();

Result<SslContextPtr> make_server_context(const std::string& groups);
Result<SslContextPtr> make_client_context(const std::string& groups);

}  // namespace ringfence::tls_front
