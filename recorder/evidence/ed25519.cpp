#include "recorder/evidence/ed25519.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdint>
#include <cstdlib>
#include <utility>

#include "recorder/evidence/sha256.hpp"

namespace ringfence::recorder {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<EVP_MD_CTX, FreeContext>;

constexpr std::size_t kSignatureSize = 64;

void require(bool done) {
  if (!done) std::abort();
}

const std::uint8_t* octets(std::string_view text) {
  return static_cast<const std::uint8_t*>(static_cast<const void*>(text.data()));
}

BioPtr reader(const void* data, std::size_t size) {
  return BioPtr(BIO_new_mem_buf(data, static_cast<int>(size)));
}

// A key file that asks for a pass phrase has no terminal to ask at.
int no_pass_phrase(char* /*buffer*/, int /*size*/, int /*purpose*/, void* /*data*/) {
  return 0;
}

bool is_ed25519(const KeyPtr& key) {
  ERR_clear_error();
  return key != nullptr && EVP_PKEY_is_a(key.get(), "ED25519") == 1;
}

std::string_view written(const BioPtr& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string fingerprint_of(EVP_PKEY* key) {
  std::uint8_t* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  require(size > 0);
  Sha256 hash;
  hash.add(std::span(der, static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  return hash.hex();
}

}  // namespace

VerifyingKey::VerifyingKey(KeyPtr key)
    : key_(std::move(key)), fingerprint_(fingerprint_of(key_.get())) {}

Result<VerifyingKey> VerifyingKey::from_pem(std::string_view pem) {
  const BioPtr bio = reader(pem.data(), pem.size());
  KeyPtr key(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_pass_phrase, nullptr));
  if (!is_ed25519(key)) return fail("this is no public Ed25519 key in PEM");
  return VerifyingKey(std::move(key));
}

std::string VerifyingKey::pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PUBKEY(bio.get(), key_.get()) == 1);
  return std::string(written(bio));
}

bool VerifyingKey::verifies(std::string_view message, std::string_view signature) const {
  const ContextPtr context(EVP_MD_CTX_new());
  require(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
  const bool valid = EVP_DigestVerify(context.get(), octets(signature), signature.size(),
                                      octets(message), message.size()) == 1;
  ERR_clear_error();
  return valid;
}

Result<SigningKey> SigningKey::generate() {
  KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!is_ed25519(key)) return fail("libcrypto cannot make an Ed25519 key");
  return SigningKey(std::move(key));
}

Result<SigningKey> SigningKey::from_pem(const SecretBytes& pem) {
  const BioPtr bio = reader(pem.bytes().data(), pem.size());
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr));
  if (!is_ed25519(key)) return fail("this is no private Ed25519 key in PEM without a pass phrase");
  return SigningKey(std::move(key));
}

SecretBytes SigningKey::pem() const {
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  require(PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                        nullptr) == 1);
  return SecretBytes::from(written(bio));
}

VerifyingKey SigningKey::verifying_key() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PUBKEY(bio.get(), key_.get()) == 1);
  return VerifyingKey(KeyPtr(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_pass_phrase, nullptr)));
}

std::string SigningKey::sign(std::string_view message) const {
  const ContextPtr context(EVP_MD_CTX_new());
  require(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
  std::string signature(kSignatureSize, '\0');
  std::size_t size = signature.size();
  auto* out = static_cast<std::uint8_t*>(static_cast<void*>(signature.data()));
  require(EVP_DigestSign(context.get(), out, &size, octets(message), message.size()) == 1 &&
          size == kSignatureSize);
  return signature;
}

}  // namespace ringfence::recorder
