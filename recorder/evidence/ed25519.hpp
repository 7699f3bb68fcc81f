// SigningKey and VerifyingKey: the two halves of the Ed25519 key (RFC 8032) that recordings are
// signed with. Files hold them as openssl writes them: PKCS #8 and SubjectPublicKeyInfo in PEM.
// A VerifyingKey is known by its fingerprint, the SHA-256 of its SubjectPublicKeyInfo in DER.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

#include "runtime/result.hpp"
#include "runtime/secret.hpp"

namespace ringfence::recorder {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;

class VerifyingKey {
 public:
  static Result<VerifyingKey> from_pem(std::string_view pem);

  std::string pem() const;
  const std::string& fingerprint() const { return fingerprint_; }
  bool verifies(std::string_view message, std::string_view signature) const;

 private:
  friend class SigningKey;
  explicit VerifyingKey(KeyPtr key);

  KeyPtr key_;
  std::string fingerprint_;
};

class SigningKey {
 public:
  static Result<SigningKey> generate();
  static Result<SigningKey> from_pem(const SecretBytes& pem);

  SecretBytes pem() const;
  VerifyingKey verifying_key() const;
  // 64 octets. Aborts when libcrypto cannot sign with a key that it took.
  std::string sign(std::string_view message) const;

 private:
  explicit SigningKey(KeyPtr key) : key_(std::move(key)) {}

  KeyPtr key_;
};

}  // namespace ringfence::recorder
