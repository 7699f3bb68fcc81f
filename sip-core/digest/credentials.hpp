// Credentials: an Authorization or Proxy-Authorization value (RFC 7616 §3.4), and its digest. Views
// into what was read, which must outlive them.
// verify() is for the server, answer() for the client. Neither knows nonces' validity: see
// nonce.hpp. Responses and passwords never appear in an error.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "sip-core/digest/algorithm.hpp"
#include "sip-core/digest/auth_parameters.hpp"
#include "sip-core/digest/challenge.hpp"
#include "sip-core/digest/hasher.hpp"

namespace ringfence::sip_core::digest {

struct Credentials {
  std::string_view username;
  std::string_view realm;
  std::string_view nonce;
  std::string_view uri;
  std::string_view response;
  Algorithm algorithm = Algorithm::md5;
  bool algorithm_given = false;
  std::optional<std::string_view> opaque;
  Qop qop = Qop::none;  // without one nc and cnonce mean nothing
  std::string_view cnonce;
  std::uint32_t nonce_count = 0;
  std::string_view nonce_count_text;  // eight hexadecimal digits
  AuthParameters parameters;          // holds what was escaped

  static std::expected<Credentials, DigestError> parse(std::string_view header_value);
  std::string to_string() const;
};

// What of a request the response covers: the body only with auth-int, where an absent one counts as
// "" (R139).
struct Covered {
  std::string_view method;
  std::string_view body = {};
};

// The response for these credentials (all but their `response` is read).
HexDigest compute_response(Hasher& hasher, const Credentials& credentials, std::string_view ha1,
                           const Covered& covered);

enum class Verdict { right, wrong };
// `ha1`: of the credentials' algorithm; "" where there is none: that is always wrong and takes as
// long to find out (R146).
Verdict verify(Hasher& hasher, const Credentials& credentials, std::string_view ha1,
               const Covered& covered);

// What a store knows of a user: HA1 per algorithm; "" where it has none.
struct Secrets {
  std::string ha1_md5;
  std::string ha1_sha256;

  static Secrets from_password(std::string_view username, std::string_view realm,
                               std::string_view password);
  std::string_view ha1(Algorithm algorithm) const {
    return algorithm == Algorithm::md5 ? ha1_md5 : ha1_sha256;
  }
};
Verdict verify(const Credentials& credentials, const Secrets& secrets, const Covered& covered);

// The client's side: the header value that answers `challenge`. With a qop `nonce_count` counts
// the uses of this nonce from 1 and `cnonce` is fresh; without one both are left out.
struct Identity {
  std::string_view username;
  std::string_view password;
};
std::string answer(const Challenge& challenge, const Identity& identity, const Covered& covered,
                   std::string_view uri, std::uint32_t nonce_count, std::string_view cnonce);

}  // namespace ringfence::sip_core::digest
