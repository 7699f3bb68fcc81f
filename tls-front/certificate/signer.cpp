// The methods of single keys are deprecated, and the one way to sign elsewhere that OpenSSL 3.0 and
// 3.5 have in common without a provider of our own.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "tls-front/certificate/signer.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <memory>

#include "tls-front/tls/openssl_error.hpp"

namespace ringfence::tls_front {
namespace {

// Hangs on the RSA or EC_KEY object.
struct RemoteUse {
  RemoteUse(Signer& s, KeyNumber k) : signer(s), key(k) { signer.taken(key); }
  RemoteUse(const RemoteUse& other) : RemoteUse(other.signer, other.key) {}
  RemoteUse& operator=(const RemoteUse&) = delete;
  ~RemoteUse() { signer.released(key); }

  Signer& signer;
  KeyNumber key;
};

void free_use(void*, void* use, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<RemoteUse*>(use);
}

int copy_use(CRYPTO_EX_DATA*, const CRYPTO_EX_DATA*, void** use, int, long, void*) {
  if (*use != nullptr) *use = new RemoteUse(*static_cast<RemoteUse*>(*use));
  return 1;
}

int place_on(int kind) {
  return CRYPTO_get_ex_new_index(kind, 0, nullptr, nullptr, copy_use, free_use);
}

int place_on_rsa() {
  static const int place = place_on(CRYPTO_EX_INDEX_RSA);
  return place;
}

int place_on_ec() {
  static const int place = place_on(CRYPTO_EX_INDEX_EC_KEY);
  return place;
}

// The octets written to `into`, which holds `room`; 0: none.
std::size_t sign(const void* use, proto::SignatureForm form, const unsigned char* data, int size,
                 unsigned char* into, int room) {
  std::string signature;
  if (const auto* remote = static_cast<const RemoteUse*>(use); remote != nullptr && size > 0) {
    signature = remote->signer.sign(
        remote->key, form, {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)});
  }
  if (signature.empty() || signature.size() > static_cast<std::size_t>(std::max(room, 0))) {
    // As such it is held against nobody.
    ERR_raise(ERR_LIB_RSA, ERR_R_INTERNAL_ERROR);
    return 0;
  }
  std::ranges::copy(signature, into);
  return signature.size();
}

int sign_rsa(int size, const unsigned char* data, unsigned char* into, RSA* rsa, int padding) {
  const auto form = padding == RSA_PKCS1_PADDING ? proto::RSA_PKCS1
                    : padding == RSA_NO_PADDING  ? proto::RSA_ENCODED
                                                 : proto::SIGNATURE_FORM_UNSPECIFIED;
  const std::size_t written =
      sign(RSA_get_ex_data(rsa, place_on_rsa()), form, data, size, into, RSA_size(rsa));
  return written == 0 ? -1 : static_cast<int>(written);
}

int decrypt_nothing(int, const unsigned char*, unsigned char*, RSA*, int) {
  ERR_raise(ERR_LIB_RSA, ERR_R_INTERNAL_ERROR);
  return -1;
}

int sign_ec(int, const unsigned char* digest, int size, unsigned char* into, unsigned* written,
            const BIGNUM*, const BIGNUM*, EC_KEY* key) {
  *written = static_cast<unsigned>(sign(EC_KEY_get_ex_data(key, place_on_ec()), proto::ECDSA_DIGEST,
                                        digest, size, into, ECDSA_size(key)));
  return *written == 0 ? 0 : 1;
}

const RSA_METHOD* rsa_method() {
  static RSA_METHOD* const method = [] {
    RSA_METHOD* made = RSA_meth_dup(RSA_PKCS1_OpenSSL());
    RSA_meth_set1_name(made, "key-keeper");
    RSA_meth_set_priv_enc(made, sign_rsa);
    RSA_meth_set_priv_dec(made, decrypt_nothing);
    return made;
  }();
  return method;
}

const EC_KEY_METHOD* ec_method() {
  static EC_KEY_METHOD* const method = [] {
    EC_KEY_METHOD* made = EC_KEY_METHOD_new(EC_KEY_OpenSSL());
    EC_KEY_METHOD_set_sign(made, sign_ec, nullptr, nullptr);
    return made;
  }();
  return method;
}

using RsaPtr = std::unique_ptr<RSA, OpensslDeleter<RSA_free>>;
using EcKeyPtr = std::unique_ptr<EC_KEY, OpensslDeleter<EC_KEY_free>>;

bool put_rsa(EVP_PKEY* into, Signer& signer, KeyNumber key, const unsigned char* der, long size) {
  const RsaPtr rsa(d2i_RSA_PUBKEY(nullptr, &der, size));
  if (!rsa || RSA_set_method(rsa.get(), rsa_method()) != 1) return false;
  auto use = std::make_unique<RemoteUse>(signer, key);
  if (RSA_set_ex_data(rsa.get(), place_on_rsa(), use.get()) != 1) return false;
  use.release();
  return EVP_PKEY_set1_RSA(into, rsa.get()) == 1;
}

bool put_ec(EVP_PKEY* into, Signer& signer, KeyNumber key, const unsigned char* der, long size) {
  const EcKeyPtr ec(d2i_EC_PUBKEY(nullptr, &der, size));
  if (!ec || EC_KEY_set_method(ec.get(), ec_method()) != 1) return false;
  auto use = std::make_unique<RemoteUse>(signer, key);
  if (EC_KEY_set_ex_data(ec.get(), place_on_ec(), use.get()) != 1) return false;
  use.release();
  return EVP_PKEY_set1_EC_KEY(into, ec.get()) == 1;
}

}  // namespace

Result<PkeyPtr> make_remote_key(Signer& signer, KeyNumber key, std::string_view public_key) {
  clear_openssl_errors();
  const auto* der = reinterpret_cast<const unsigned char*>(public_key.data());
  const long size = static_cast<long>(public_key.size());
  const unsigned char* cursor = der;
  const PkeyPtr seen(d2i_PUBKEY(nullptr, &cursor, size));
  PkeyPtr made(EVP_PKEY_new());
  if (!seen || !made) return openssl_failure("privkey.pem holds no usable key");
  const bool put = EVP_PKEY_is_a(seen.get(), "RSA") == 1
                       ? put_rsa(made.get(), signer, key, der, size)
                       : put_ec(made.get(), signer, key, der, size);
  if (!put) return openssl_failure("privkey.pem holds no usable key");
  return made;
}

}  // namespace ringfence::tls_front
