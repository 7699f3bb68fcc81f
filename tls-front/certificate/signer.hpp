// Signer: where the private keys are, which is not here: key-keeper holds them, and this process
// sees public halves and signatures only. A remote key is an OpenSSL key like any other to those
// who shake hands with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/tls_front_key_keeper.pb.h"
#include "runtime/result.hpp"
#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::tls_front {

using KeyNumber = std::uint64_t;  // as the supervisor names it

class Signer {
 public:
  virtual ~Signer() = default;
  // Empty: no signature is to be had. A handshake that can pause does so meanwhile
  // (ASYNC_pause_job); elsewhere it blocks for a moment.
  virtual std::string sign(KeyNumber key, proto::SignatureForm form, std::string_view data) = 0;
  // How many remote keys of that number there are.
  virtual void taken(KeyNumber key) = 0;
  virtual void released(KeyNumber key) = 0;
};

// `public_key`: SubjectPublicKeyInfo, DER; RSA or EC. `signer` outlives the key.
Result<PkeyPtr> make_remote_key(Signer& signer, KeyNumber key, std::string_view public_key);

}  // namespace ringfence::tls_front
