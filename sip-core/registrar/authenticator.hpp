// Authenticator: digest authentication of requests from phones (RFC 3261 §22, RFC 7616, RFC 8760).
// Nonces are stateless; only nonces that came with a right digest are remembered. A stranger, an
// unknown user and a wrong password get the same answer after the same work (R146). REGISTER gets
// 401 (§22.2: a registrar is a UAS), every other request 407 (§22.3: to the caller we are a
// proxy: the called user agent may challenge with 401 on its own account).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/counters.hpp"
#include "runtime/secret.hpp"
#include "sip-core/config/config.hpp"
#include "sip-core/digest/credentials.hpp"
#include "sip-core/digest/nonce.hpp"
#include "sip-core/digest/nonce_count_table.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"

namespace ringfence::sip_core {

struct Authenticated {
  ExtensionId extension;
};
// The caller sends `response`. `penalise` is set when credentials were given and were wrong: on a
// stream the source is then reported to tls-front.
struct Refused {
  sip::OutgoingMessage response;
  bool penalise = false;
};
using AuthResult = std::variant<Authenticated, Refused>;

class Authenticator {
 public:
  // `secret`: 32 octets or more.
  explicit Authenticator(SecretBytes secret);

  // `source` as make_response() wants it.
  AuthResult authenticate(const Config& config, const sip::Message& request, const Tenant& tenant,
                          const SocketAddress& source, WallTime wall, Random& random);

 private:
  enum class Outcome : std::uint8_t { right, stale, wrong, absent, forbidden };
  struct Verified {
    Outcome outcome = Outcome::absent;
    const Extension* extension = nullptr;
  };
  Verified verify(const Config& config, const sip::Message& request, const Tenant& tenant,
                  WallTime wall);
  Verified verify_one(const Config& config, const digest::Credentials& credentials,
                      const sip::Message& request, const Tenant& tenant, WallTime wall);

  digest::NonceMint mint_;
  digest::NonceCountTable nonce_counts_;
};

}  // namespace ringfence::sip_core
