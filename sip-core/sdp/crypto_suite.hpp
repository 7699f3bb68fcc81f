// CryptoSuite: the SRTP crypto-suites of RFC 4568 §6.2, RFC 6188 §4 and RFC 7714 §14.2, with the
// lengths of their keys (R101, R103). Media workers have those marked usable; which of them a leg
// may use is said by whoever reads or writes its SDP.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ringfence::sip_core::sdp {

enum class CryptoSuite : std::uint8_t {
  aes_cm_128_hmac_sha1_80,
  aes_cm_128_hmac_sha1_32,
  f8_128_hmac_sha1_80,
  aes_192_cm_hmac_sha1_80,
  aes_192_cm_hmac_sha1_32,
  aes_256_cm_hmac_sha1_80,
  aes_256_cm_hmac_sha1_32,
  aead_aes_128_gcm,
  aead_aes_256_gcm,
};

struct CryptoSuiteInfo {
  CryptoSuite suite;
  std::string_view name;
  std::size_t key_octets;   // master key
  std::size_t salt_octets;  // master salt
  bool usable;

  constexpr std::size_t key_and_salt_octets() const { return key_octets + salt_octets; }
};

// What everybody knows, and all that is negotiated where nobody asked for others.
inline constexpr std::array kCommonSuites{CryptoSuite::aes_cm_128_hmac_sha1_80};

const CryptoSuiteInfo& info(CryptoSuite suite);
std::optional<CryptoSuite> crypto_suite_from(std::string_view name);  // with case, as registered

// What some peers call a suite of RFC 6188, and must hear from us. Both texts are static.
struct OtherSpelling {
  std::string_view spelling;
  std::string_view registered;
};
std::optional<OtherSpelling> other_spelling(std::string_view name);

}  // namespace ringfence::sip_core::sdp
