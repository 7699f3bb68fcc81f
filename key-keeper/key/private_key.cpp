#include "key-keeper/key/private_key.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace ringfence::key_keeper {
namespace {

constexpr std::size_t kMaxDigest = 64;
constexpr int kNoPadding = 0;  // of ECDSA

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

int no_passphrase(char*, int, int, void*) {
  return -1;
}

}  // namespace

Result<PrivateKey> PrivateKey::from_pem(const SecretBytes& pem) {
  ERR_clear_error();
  const auto octets = pem.bytes();
  const std::unique_ptr<BIO, FreeBio> bio(
      BIO_new_mem_buf(octets.data(), static_cast<int>(octets.size())));
  KeyPtr key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  const unsigned long error = ERR_get_error();
  const char* reason = ERR_reason_error_string(error);
  ERR_clear_error();
  if (!key) {
    return fail("privkey.pem holds no usable key: " +
                std::string(reason == nullptr ? "unknown error" : reason));
  }
  PrivateKey made(std::move(key));
  if (EVP_PKEY_is_a(made.key_.get(), "RSA") == 1) {
    made.pkcs1_ = made.make_context(RSA_PKCS1_PADDING);
    made.encoded_ = made.make_context(RSA_NO_PADDING);
    if (!made.pkcs1_ || !made.encoded_) return fail("privkey.pem holds a key that cannot sign");
  } else if (EVP_PKEY_is_a(made.key_.get(), "EC") == 1) {
    made.digest_ = made.make_context(kNoPadding);
    if (!made.digest_) return fail("privkey.pem holds a key that cannot sign");
  } else {
    return fail("privkey.pem holds neither an RSA nor an ECDSA key");
  }
  return made;
}

PrivateKey::ContextPtr PrivateKey::make_context(int rsa_padding) const {
  ContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
  const bool made =
      context && EVP_PKEY_sign_init(context.get()) == 1 &&
      (rsa_padding == kNoPadding || EVP_PKEY_CTX_set_rsa_padding(context.get(), rsa_padding) == 1);
  ERR_clear_error();
  return made ? std::move(context) : nullptr;
}

Result<std::string> PrivateKey::public_key() const {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key_.get(), &der);
  ERR_clear_error();
  if (size <= 0) return fail("privkey.pem holds a key without its public half");
  std::string octets(der, der + size);
  OPENSSL_free(der);
  return octets;
}

EVP_PKEY_CTX* PrivateKey::context_of(proto::SignatureForm form) {
  switch (form) {
    case proto::ECDSA_DIGEST:
      return digest_.get();
    case proto::RSA_PKCS1:
      return pkcs1_.get();
    case proto::RSA_ENCODED:
      return encoded_.get();
    default:
      return nullptr;
  }
}

std::optional<std::string> PrivateKey::sign(proto::SignatureForm form, std::string_view data) {
  EVP_PKEY_CTX* context = context_of(form);
  const auto size = static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()));
  const bool fits = form == proto::RSA_ENCODED    ? data.size() == size
                    : form == proto::ECDSA_DIGEST ? data.size() <= kMaxDigest
                                                  : data.size() < size;
  if (context == nullptr || data.empty() || !fits) return std::nullopt;
  std::string signature(size, '\0');
  std::size_t length = size;
  const int made =
      EVP_PKEY_sign(context, reinterpret_cast<unsigned char*>(signature.data()), &length,
                    reinterpret_cast<const unsigned char*>(data.data()), data.size());
  ERR_clear_error();
  if (made != 1) return std::nullopt;
  signature.resize(length);
  return signature;
}

}  // namespace ringfence::key_keeper
