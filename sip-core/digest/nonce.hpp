// NonceMint: nonces that need no table (RFC 7616 §3.3, R142): the time of issue, a salt and an
// HMAC-SHA256 of both and the realm under a secret of the server. So a nonce of one realm is none
// in another (R145). The secret is the owner's to keep over restarts. Times are wall time.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "runtime/secret.hpp"

namespace ringfence::sip_core::digest {

enum class NonceState { valid, expired, foreign };  // foreign: not made here for this realm

struct NonceCheck {
  NonceState state = NonceState::foreign;
  WallTime issued;  // of a valid or expired one; whole seconds
};

class NonceMint {
 public:
  // `secret`: at least 32 octets.
  explicit NonceMint(SecretBytes secret, std::chrono::seconds lifetime = std::chrono::seconds(300));

  std::string mint(std::string_view realm, WallTime now, Random& random) const;
  // `expired` also for a nonce from the future, as after a clock that was set back (F117).
  NonceCheck check(std::string_view nonce, std::string_view realm, WallTime now) const;
  std::chrono::seconds lifetime() const { return lifetime_; }

 private:
  std::string tag(std::string_view stamp_and_salt, std::string_view realm) const;

  SecretBytes secret_;
  std::chrono::seconds lifetime_;
};

}  // namespace ringfence::sip_core::digest
