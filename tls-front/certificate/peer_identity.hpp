// Whom a certificate speaks for, by RFC 5922 §7.1, and whether that is whom we meant (§7.2). Pure
// over a parsed certificate; the chain has been checked before. OpenSSL's own host check is not
// used: it takes wildcards, knows no sip: URIs and falls back to the CN where RFC 5922 does not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/result.hpp"
#include "runtime/socket_address.hpp"
#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::tls_front {

enum class VerifyMode : std::uint8_t { full, wildcard, ca, none };

// full | wildcard | ca | none; any other word is the strictest.
VerifyMode parse_verify_mode(std::string_view text);

struct PeerIdentities {
  std::vector<std::string> names;    // lower case; may be "*.example.net"
  std::vector<IpAddress> addresses;  // for trunks that are configured by address
};

PeerIdentities identities_of(X509& certificate);

// `wanted`: the name from the configuration, never one that DNS gave us (R067).
bool speaks_for(const PeerIdentities& identities, std::string_view wanted, VerifyMode mode);

// extendedKeyUsage, where there is one, must allow a TLS server or client (R072).
bool allows_tls(X509& certificate);

// The error is "the certificate of carrier.test is for other.test".
Result<void> check_peer(X509& certificate, std::string_view wanted, VerifyMode mode);

}  // namespace ringfence::tls_front
