// Challenge: a WWW-Authenticate or Proxy-Authenticate value (RFC 7616 §3.3). The server side offers
// SHA-256 first and MD5 second as two header fields (RFC 8760 §2.3); the client side takes the
// topmost that it supports (§2.4). We offer qop auth alone, as phones read no list reliably.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/digest/algorithm.hpp"
#include "sip-core/digest/auth_parameters.hpp"

namespace ringfence::sip_core::digest {

struct Challenge {
  std::string realm;
  std::string nonce;
  std::optional<std::string> opaque;
  Algorithm algorithm = Algorithm::md5;
  bool algorithm_given = false;
  Qop qop = Qop::none;  // auth where it is offered, else auth-int; none: qop was not given
  bool stale = false;

  static std::expected<Challenge, DigestError> parse(std::string_view header_value);
  std::string to_string() const;
};

enum class Stale { no, yes };

// The values of the header fields, strongest first (RFC 8760 §2.3), none stronger than `strongest`.
std::vector<std::string> write_challenges(std::string_view realm, std::string_view nonce,
                                          Stale stale, Algorithm strongest = Algorithm::sha256);

// The topmost supported challenge among the values of a 401's or 407's header fields; those that
// are not understood are passed over. `weakest` refuses what is weaker (R138).
std::optional<Challenge> select_challenge(std::span<const std::string_view> header_values,
                                          Algorithm weakest = Algorithm::md5);

}  // namespace ringfence::sip_core::digest
