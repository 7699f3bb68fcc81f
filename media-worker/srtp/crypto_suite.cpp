#include "media-worker/srtp/crypto_suite.hpp"

#include <srtp2/srtp.h>

namespace ringfence::media_worker {
namespace {

// srtp.h has a macro of this policy's name.
void aes_128_hmac_80(srtp_crypto_policy_t* policy) {
  srtp_crypto_policy_set_rtp_default(policy);
}

// RFC 4568 §6.2.2 and RFC 6188 §4: SRTCP keeps the tag of 80 bits in the suites of 32.
constexpr CryptoSuite kSuites[] = {
    {"AES_CM_128_HMAC_SHA1_80", 30, 10, 10, aes_128_hmac_80, srtp_crypto_policy_set_rtcp_default},
    {"AES_CM_128_HMAC_SHA1_32", 30, 4, 10, srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32,
     srtp_crypto_policy_set_rtcp_default},
    {"AES_256_CM_HMAC_SHA1_80", 46, 10, 10, srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80,
     srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80},
    {"AES_256_CM_HMAC_SHA1_32", 46, 4, 10, srtp_crypto_policy_set_aes_cm_256_hmac_sha1_32,
     srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80},
    {"AEAD_AES_128_GCM", 28, 16, 16, srtp_crypto_policy_set_aes_gcm_128_16_auth,
     srtp_crypto_policy_set_aes_gcm_128_16_auth},
    {"AEAD_AES_256_GCM", 44, 16, 16, srtp_crypto_policy_set_aes_gcm_256_16_auth,
     srtp_crypto_policy_set_aes_gcm_256_16_auth},
};

}  // namespace

const CryptoSuite* find_crypto_suite(std::string_view name) {
  for (const CryptoSuite& suite : kSuites) {
    if (suite.name == name) return &suite;
  }
  return nullptr;
}

}  // namespace ringfence::media_worker
