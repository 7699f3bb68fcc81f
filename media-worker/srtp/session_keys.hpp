// SessionKeys: what one master key and salt become (RFC 3711 §4.3 with a derivation rate of 0, RFC
// 6188 §2, RFC 7714 §11). A value that is wiped when it goes; moving leaves the source to its own
// wiping.
#pragma once

#include <array>

#include "media-worker/srtp/crypto_suite.hpp"
#include "media-worker/srtp/hmac_sha1.hpp"
#include "runtime/result.hpp"

namespace ringfence::media_worker {

struct TransformKeys {
  std::array<std::uint8_t, 32> cipher{};  // its first key_size octets
  std::array<std::uint8_t, 14> salt{};    // its first salt_size octets
  HmacSha1 authentication;                // not for AES-GCM
};

class SessionKeys {
 public:
  // `key_salt` is of the suite's size.
  static Result<SessionKeys> derive(const CryptoSuite& suite, Octets key_salt);
  SessionKeys(SessionKeys&& other) noexcept : rtp_(other.rtp_), rtcp_(other.rtcp_) {}
  SessionKeys& operator=(SessionKeys&& other) noexcept {
    rtp_ = other.rtp_;
    rtcp_ = other.rtcp_;
    return *this;
  }
  ~SessionKeys();

  const TransformKeys& rtp() const noexcept { return rtp_; }
  const TransformKeys& rtcp() const noexcept { return rtcp_; }

 private:
  SessionKeys() = default;

  TransformKeys rtp_;
  TransformKeys rtcp_;
};

}  // namespace ringfence::media_worker
