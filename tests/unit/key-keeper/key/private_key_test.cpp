// What a key that is kept does, judged by its public half alone.
#include "key-keeper/key/private_key.hpp"

#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace ringfence::key_keeper {
namespace {

using testing::HasSubstr;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;

SecretBytes pem_of(const KeyPtr& key, const EVP_CIPHER* cipher = nullptr) {
  BIO* bio = BIO_new(BIO_s_mem());
  char passphrase[] = "secret";
  PEM_write_bio_PrivateKey(bio, key.get(), cipher, nullptr, 0, nullptr,
                           cipher == nullptr ? nullptr : passphrase);
  const char* text = nullptr;
  std::size_t size = 0;
  BUF_MEM* memory = nullptr;
  BIO_get_mem_ptr(bio, &memory);
  text = memory->data;
  size = memory->length;
  SecretBytes pem = SecretBytes::from({text, size});
  BIO_free(bio);
  return pem;
}

const unsigned char* octets(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool verifies(const PrivateKey& key, const std::string& signature, const std::string& data,
              int padding) {
  const std::string der = *key.public_key();
  const unsigned char* cursor = octets(der);
  const KeyPtr half(d2i_PUBKEY(nullptr, &cursor, static_cast<long>(der.size())));
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(half.get(), nullptr);
  EVP_PKEY_verify_init(context);
  if (padding != 0) EVP_PKEY_CTX_set_rsa_padding(context, padding);
  const int result =
      EVP_PKEY_verify(context, octets(signature), signature.size(), octets(data), data.size());
  EVP_PKEY_CTX_free(context);
  return result == 1;
}

const std::string kDigest(32, 'd');

TEST(PrivateKeyTest, SignsADigestByEcdsaAndNothingElse) {
  auto key = PrivateKey::from_pem(pem_of(KeyPtr(EVP_EC_gen("P-256"))));
  ASSERT_TRUE(key);
  const auto signature = key->sign(proto::ECDSA_DIGEST, kDigest);
  ASSERT_TRUE(signature);
  EXPECT_TRUE(verifies(*key, *signature, kDigest, 0));
  EXPECT_FALSE(verifies(*key, *signature, std::string(32, 'e'), 0));
  EXPECT_FALSE(key->sign(proto::RSA_PKCS1, kDigest));
  EXPECT_FALSE(key->sign(proto::RSA_ENCODED, kDigest));
  EXPECT_FALSE(key->sign(proto::ECDSA_DIGEST, ""));
  EXPECT_FALSE(key->sign(proto::ECDSA_DIGEST, std::string(65, 'd')));
  EXPECT_FALSE(key->sign(proto::SIGNATURE_FORM_UNSPECIFIED, kDigest));
}

TEST(PrivateKeyTest, SignsByRsaWhatIsPaddedOrToBePadded) {
  auto key = PrivateKey::from_pem(pem_of(KeyPtr(EVP_RSA_gen(2048))));
  ASSERT_TRUE(key);
  const auto padded = key->sign(proto::RSA_PKCS1, kDigest);
  ASSERT_TRUE(padded);
  EXPECT_TRUE(verifies(*key, *padded, kDigest, RSA_PKCS1_PADDING));
  const std::string block = '\0' + std::string(255, 'b');
  const auto encoded = key->sign(proto::RSA_ENCODED, block);
  ASSERT_TRUE(encoded);
  EXPECT_TRUE(verifies(*key, *encoded, block, RSA_NO_PADDING));
  EXPECT_FALSE(key->sign(proto::RSA_ENCODED, kDigest));
  EXPECT_FALSE(key->sign(proto::RSA_PKCS1, block));
  EXPECT_FALSE(key->sign(proto::ECDSA_DIGEST, kDigest));
}

TEST(PrivateKeyTest, RefusesWhatItCannotUse) {
  const auto refusal = [](const SecretBytes& pem) {
    return PrivateKey::from_pem(pem).error().message;
  };
  EXPECT_THAT(refusal(SecretBytes::from("garbage")), HasSubstr("holds no usable key"));
  EXPECT_THAT(refusal(SecretBytes()), HasSubstr("holds no usable key"));
  EXPECT_THAT(refusal(pem_of(KeyPtr(EVP_EC_gen("P-256")), EVP_aes_256_cbc())),
              HasSubstr("holds no usable key"));
  EXPECT_THAT(refusal(pem_of(KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")))),
              HasSubstr("neither an RSA nor an ECDSA key"));
}

}  // namespace
}  // namespace ringfence::key_keeper
