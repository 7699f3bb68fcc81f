// CryptoSuite: the SRTP crypto-suites by their names in SDP (RFC 4568 §6.2, RFC 6188 §4, RFC 7714
// §14.2), as one table. Sizes are in octets. It knows no policy: which suites are offered is
// sip-core's.
#pragma once

#include <cstddef>
#include <string_view>

struct srtp_crypto_policy_t;

namespace ringfence::media_worker {

struct CryptoSuite {
  std::string_view name;
  std::size_t key_salt_size;  // master key and master salt, one after the other
  std::size_t rtp_tag_size;
  std::size_t rtcp_tag_size;
  void (*set_rtp_policy)(srtp_crypto_policy_t*);
  void (*set_rtcp_policy)(srtp_crypto_policy_t*);
};

// nullptr for a name that is not in the table.
const CryptoSuite* find_crypto_suite(std::string_view name);

}  // namespace ringfence::media_worker
