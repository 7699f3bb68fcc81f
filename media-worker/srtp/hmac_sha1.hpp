// HmacSha1: HMAC-SHA1 (RFC 2104) under one key, kept as the two states that the key leaves SHA-1
// in: 40 octets, and a tag costs no allocation. A value; wiped by whoever holds it.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "media-worker/rtp/big_endian.hpp"

namespace ringfence::media_worker {

class HmacSha1 {
 public:
  using Digest = std::array<std::uint8_t, 20>;

  HmacSha1() = default;
  // A key of at most 64 octets.
  explicit HmacSha1(Octets key) noexcept;

  // Of both, one after the other.
  Digest of(Octets message, Octets end) const noexcept;

 private:
  using State = std::array<std::uint32_t, 5>;
  State inner_{};
  State outer_{};
};

}  // namespace ringfence::media_worker
