#include "sip-core/sdp/crypto_suite.hpp"

#include <algorithm>
#include <array>

namespace ringfence::sip_core::sdp {

namespace {

// In the order of the enumeration.
constexpr std::array<CryptoSuiteInfo, 9> kSuites = {{
    {CryptoSuite::aes_cm_128_hmac_sha1_80, "AES_CM_128_HMAC_SHA1_80", 16, 14, true},
    {CryptoSuite::aes_cm_128_hmac_sha1_32, "AES_CM_128_HMAC_SHA1_32", 16, 14, true},
    {CryptoSuite::f8_128_hmac_sha1_80, "F8_128_HMAC_SHA1_80", 16, 14, false},
    {CryptoSuite::aes_192_cm_hmac_sha1_80, "AES_192_CM_HMAC_SHA1_80", 24, 14, false},
    {CryptoSuite::aes_192_cm_hmac_sha1_32, "AES_192_CM_HMAC_SHA1_32", 24, 14, false},
    {CryptoSuite::aes_256_cm_hmac_sha1_80, "AES_256_CM_HMAC_SHA1_80", 32, 14, true},
    {CryptoSuite::aes_256_cm_hmac_sha1_32, "AES_256_CM_HMAC_SHA1_32", 32, 14, true},
    {CryptoSuite::aead_aes_128_gcm, "AEAD_AES_128_GCM", 16, 12, true},
    {CryptoSuite::aead_aes_256_gcm, "AEAD_AES_256_GCM", 32, 12, true},
}};

constexpr std::array<OtherSpelling, 2> kOtherSpellings = {{
    {"AES_CM_256_HMAC_SHA1_80", "AES_256_CM_HMAC_SHA1_80"},
    {"AES_CM_256_HMAC_SHA1_32", "AES_256_CM_HMAC_SHA1_32"},
}};

}  // namespace

const CryptoSuiteInfo& info(CryptoSuite suite) {
  return kSuites[static_cast<std::size_t>(suite)];
}

std::optional<CryptoSuite> crypto_suite_from(std::string_view name) {
  const auto found = std::ranges::find(kSuites, name, &CryptoSuiteInfo::name);
  if (found == kSuites.end()) return std::nullopt;
  return found->suite;
}

std::optional<OtherSpelling> other_spelling(std::string_view name) {
  const auto found = std::ranges::find(kOtherSpellings, name, &OtherSpelling::spelling);
  if (found == kOtherSpellings.end()) return std::nullopt;
  return *found;
}

}  // namespace ringfence::sip_core::sdp
