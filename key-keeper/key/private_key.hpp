// PrivateKey: one key of a certificate, RSA or ECDSA. It signs, says what its public half is, and
// gives nothing else. Made from the PEM text of privkey.pem; a passphrase is never asked for.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proto/tls_front_key_keeper.pb.h"
#include "runtime/result.hpp"
#include "runtime/secret.hpp"

namespace ringfence::key_keeper {

class PrivateKey {
 public:
  // The error is one sentence for an operator.
  static Result<PrivateKey> from_pem(const SecretBytes& pem);

  // SubjectPublicKeyInfo, DER.
  Result<std::string> public_key() const;
  // nullopt where key, form and data do not fit together.
  std::optional<std::string> sign(proto::SignatureForm form, std::string_view data);

 private:
  struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  struct FreeContext {
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  };
  using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;
  using ContextPtr = std::unique_ptr<EVP_PKEY_CTX, FreeContext>;

  explicit PrivateKey(KeyPtr key) : key_(std::move(key)) {}
  ContextPtr make_context(int rsa_padding) const;
  EVP_PKEY_CTX* context_of(proto::SignatureForm form);

  KeyPtr key_;
  ContextPtr digest_;   // of ECDSA
  ContextPtr pkcs1_;    // of RSA
  ContextPtr encoded_;  // of RSA
};

}  // namespace ringfence::key_keeper
