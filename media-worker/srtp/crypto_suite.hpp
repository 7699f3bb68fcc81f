// CryptoSuite: the SRTP crypto-suites by their names in SDP (RFC 4568 §6.2, RFC 6188 §4, RFC 7714
// §14.2), as one table. Sizes are in octets. It knows no policy: which suites are offered is
// sip-core's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringfence::media_worker {

enum class SrtpTransform : std::uint8_t {
  aes_cm_hmac_sha1,  // RFC 3711 §4.1.1 and §4.2.1
  aes_gcm,           // RFC 7714
};

struct CryptoSuite {
  std::string_view name;
  SrtpTransform transform = SrtpTransform::aes_cm_hmac_sha1;
  std::size_t key_size = 0;   // of the master key, and of the session keys made from it
  std::size_t salt_size = 0;  // likewise
  std::size_t rtp_tag_size = 0;
  std::size_t rtcp_tag_size = 0;

  std::size_t key_salt_size() const noexcept { return key_size + salt_size; }
};

// nullptr for a name that is not in the table.
const CryptoSuite* find_crypto_suite(std::string_view name);

}  // namespace ringfence::media_worker
