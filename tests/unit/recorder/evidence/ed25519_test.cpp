#include "recorder/evidence/ed25519.hpp"

#include <gtest/gtest.h>

#include "recorder/evidence/base64.hpp"

namespace ringfence::recorder {
namespace {

// RFC 8032 §7.1, test 2, in the files that openssl writes for its key.
constexpr std::string_view kRfcPrivate =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view kRfcSignature =
    "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ"
    "8R2MOHsurrQwKu6wDSkWErsMAA==";

TEST(Ed25519Test, signs_as_rfc_8032_says) {
  const auto key = SigningKey::from_pem(SecretBytes::from(kRfcPrivate));
  ASSERT_TRUE(key);
  const std::string signature = key->sign("r");
  EXPECT_EQ(base64(signature), kRfcSignature);
  EXPECT_TRUE(key->verifying_key().verifies("r", signature));
}

TEST(Ed25519Test, refuses_another_text_another_signature_and_another_key) {
  const auto key = SigningKey::generate();
  const auto other = SigningKey::generate();
  ASSERT_TRUE(key && other);
  std::string signature = key->sign("text");
  EXPECT_FALSE(key->verifying_key().verifies("texu", signature));
  EXPECT_FALSE(other->verifying_key().verifies("text", signature));
  EXPECT_FALSE(key->verifying_key().verifies("text", signature.substr(1)));
  signature[10] = static_cast<char>(signature[10] ^ 1);
  EXPECT_FALSE(key->verifying_key().verifies("text", signature));
}

TEST(Ed25519Test, comes_back_from_its_files) {
  const auto key = SigningKey::generate();
  ASSERT_TRUE(key);
  const auto again = SigningKey::from_pem(key->pem());
  const auto half = VerifyingKey::from_pem(key->verifying_key().pem());
  ASSERT_TRUE(again && half);
  EXPECT_EQ(again->verifying_key().fingerprint(), half->fingerprint());
  EXPECT_TRUE(half->verifies("text", again->sign("text")));
}

TEST(Ed25519Test, refuses_what_is_no_such_key) {
  const auto key = SigningKey::generate();
  ASSERT_TRUE(key);
  EXPECT_FALSE(SigningKey::from_pem(SecretBytes::from("nonsense")));
  EXPECT_FALSE(SigningKey::from_pem(SecretBytes::from(key->verifying_key().pem())));
  EXPECT_FALSE(VerifyingKey::from_pem(""));
  const std::string p256 =
      "-----BEGIN PUBLIC KEY-----\n"
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEU/FgShT2nCprwlerTAdnsCJVMcGq\n"
      "jvcj4UDK9zMG7s5K9AiClAjzpVbtXcvvc+EWYR0k+yIXF4tSKd45PyLjsw==\n"
      "-----END PUBLIC KEY-----\n";
  const auto refused = VerifyingKey::from_pem(p256);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "this is no public Ed25519 key in PEM");
}

}  // namespace
}  // namespace ringfence::recorder
