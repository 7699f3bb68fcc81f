// Signer: where a certificate's private key is. Today it stands in the same folder and lives in
// this process; a key-keeper process of its own would answer with a key that signs over a link and
// holds no secret. Nothing else in tls-front touches private key bytes.
#pragma once

#include "runtime/result.hpp"
#include "runtime/secret.hpp"
#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::tls_front {

class Signer {
 public:
  virtual ~Signer() = default;
  // A key that signs for `certificate`. Errors: no such key, or another certificate's.
  virtual Result<PkeyPtr> key_for(X509& certificate) = 0;
};

// Signs with a PEM that it was handed; never asks for a passphrase.
class LocalSigner final : public Signer {
 public:
  explicit LocalSigner(SecretBytes privkey_pem) : pem_(std::move(privkey_pem)) {}
  Result<PkeyPtr> key_for(X509& certificate) override;

 private:
  SecretBytes pem_;
};

}  // namespace ringfence::tls_front
