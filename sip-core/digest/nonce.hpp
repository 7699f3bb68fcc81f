// NonceMint: nonces that need no table (RFC 7616 §3.3, R142): the time of issue, a salt, a mark of
// the source that asked, and an HMAC-SHA256 of these and the realm under a secret of the server. So
// a nonce of one realm is none in another (R145). The secrets are the owner's to keep over restarts
// and to change: the one before the last is still honoured. Times are wall time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "runtime/secret.hpp"
#include "runtime/socket_address.hpp"
#include "sip-core/digest/keyed_hash.hpp"

namespace ringfence::sip_core::digest {

enum class NonceState { valid, expired, foreign };  // foreign: not made here for this realm

struct NonceCheck {
  NonceState state = NonceState::foreign;
  // Of a valid or expired one:
  WallTime issued;         // whole seconds
  std::uint64_t salt = 0;  // tells the nonces of one second apart
  bool same_source = false;
};

class NonceMint {
 public:
  // `secret`: at least 32 octets.
  explicit NonceMint(const SecretBytes& secret,
                     std::chrono::seconds lifetime = std::chrono::seconds(300));

  // From now on nonces are made with `secret`.
  void change_secret(const SecretBytes& secret);

  std::string mint(std::string_view realm, const IpAddress& source, WallTime now, Random& random);
  // `expired` also for a nonce from the future, as after a clock that was set back (F117).
  NonceCheck check(std::string_view nonce, std::string_view realm, const IpAddress& source,
                   WallTime now);
  std::chrono::seconds lifetime() const { return lifetime_; }

 private:
  bool is_ours(std::string_view nonce, std::string_view realm);

  KeyedHash current_;
  std::optional<KeyedHash> previous_;
  std::chrono::seconds lifetime_;
};

}  // namespace ringfence::sip_core::digest
