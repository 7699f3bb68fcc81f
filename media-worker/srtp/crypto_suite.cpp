#include "media-worker/srtp/crypto_suite.hpp"

#include <algorithm>
#include <iterator>

namespace ringfence::media_worker {
namespace {

using enum SrtpTransform;

// RFC 4568 §6.2.2 and RFC 6188 §4: SRTCP keeps the tag of 80 bits in the suites of 32.
constexpr CryptoSuite kSuites[] = {
    {"AES_CM_128_HMAC_SHA1_80", aes_cm_hmac_sha1, 16, 14, 10, 10},
    {"AES_CM_128_HMAC_SHA1_32", aes_cm_hmac_sha1, 16, 14, 4, 10},
    {"AES_256_CM_HMAC_SHA1_80", aes_cm_hmac_sha1, 32, 14, 10, 10},
    {"AES_256_CM_HMAC_SHA1_32", aes_cm_hmac_sha1, 32, 14, 4, 10},
    {"AEAD_AES_128_GCM", aes_gcm, 16, 12, 16, 16},
    {"AEAD_AES_256_GCM", aes_gcm, 32, 12, 16, 16},
};

}  // namespace

const CryptoSuite* find_crypto_suite(std::string_view name) {
  const auto* const found = std::ranges::find(kSuites, name, &CryptoSuite::name);
  return found == std::end(kSuites) ? nullptr : found;
}

}  // namespace ringfence::media_worker
