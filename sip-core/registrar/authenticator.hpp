// Authenticator: digest authentication of requests from phones (RFC 3261 §22, RFC 7616, RFC 8760).
// Nonces are stateless; only nonces that came with a right digest are remembered. A stranger, an
// unknown user and a wrong password get the same answer after the same work (R146). REGISTER gets
// 401 (§22.2: a registrar is a UAS), every other request 407 (§22.3: to the caller we are a
// proxy: the called user agent may challenge with 401 on its own account). The secret of the
// nonces outlives the process, in the store.
#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "sip-core/digest/credentials.hpp"
#include "sip-core/digest/hasher.hpp"
#include "sip-core/digest/nonce.hpp"
#include "sip-core/digest/nonce_count_table.hpp"
#include "sip-core/engine/context.hpp"
#include "sip-core/registrar/auth_limiter.hpp"

namespace ringfence::sip_core {

struct Authenticated {
  ExtensionId extension;
};
// The caller sends `response`. `penalise` is set when the source guesses beyond measure: on a
// stream it is then reported to tls-front.
struct Refused {
  sip::OutgoingMessage response;
  bool penalise = false;
};
using AuthResult = std::variant<Authenticated, Refused>;

class Authenticator {
 public:
  Authenticator(Random& random, WallTime wall);

  // Takes up the secrets of the process before, or has its own one kept.
  void on_restored(Context& context, std::vector<NonceSecretRecord> secrets);
  void on_state_lost(Context& context) { keep(context); }
  void on_housekeeping(Context& context);  // changes the secret when it is old

  AuthResult authenticate(Context& context, const RequestReceived& request, const Tenant& tenant);
  std::uint64_t hashes() const { return hasher_.count(); }  // computed so far

 private:
  enum class Outcome : std::uint8_t { right, stale, wrong, absent, forbidden, too_often };
  struct Verified {
    Outcome outcome = Outcome::absent;
    const Extension* extension = nullptr;
    bool penalise = false;
  };
  Verified verify(Context& context, const RequestReceived& request, const Tenant& tenant);
  Verified verify_one(Context& context, const digest::Credentials& credentials,
                      const RequestReceived& request, const Tenant& tenant);
  Verified wrong(Context& context, const AuthLimiter::Attempt& attempt);
  Outcome judge_nonce(const Context& context, const digest::Credentials& credentials,
                      const IpAddress& source);
  digest::Verdict compare(const Extension* extension, const digest::Credentials& credentials,
                          const sip::Message& request);
  Refused challenge(Context& context, const RequestReceived& request, const Tenant& tenant,
                    digest::Stale stale);
  void keep(Context& context);

  NonceSecretRecord secret_;
  digest::NonceMint mint_;
  digest::NonceCountTable nonce_counts_;
  digest::Hasher hasher_;
  AuthLimiter limiter_;
  // Nonces as old as this are a predecessor's, whose counts nobody knows any more.
  WallTime predecessor_until_ = WallTime::min();
  TimePoint next_line_;
};

}  // namespace ringfence::sip_core
