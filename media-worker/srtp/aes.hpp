// AES in the two modes of SRTP, by OpenSSL. The contexts are the thread's, and take the key with
// each packet: that costs less than a context per stream would, whose tables are never in the cache
// when a thousand streams take turns. Key sizes are 16 and 32 octets. False: OpenSSL could not.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "media-worker/rtp/big_endian.hpp"
#include "runtime/result.hpp"

namespace ringfence::media_worker {

inline constexpr std::size_t kGcmTag = 16;

using CounterBlock = std::array<std::uint8_t, 16>;
using GcmNonce = std::array<std::uint8_t, 12>;

// Before the sandbox closes: whether OpenSSL has all that the suites need.
Result<void> load_aes();

// XORs `data` with the key stream that begins at `counter` (RFC 3711 §4.1.1).
bool aes_counter_mode(Octets key, const CounterBlock& counter,
                      std::span<std::uint8_t> data) noexcept;
// `data` is followed by room for the tag.
bool aes_gcm_seal(Octets key, const GcmNonce& nonce, std::span<const Octets> associated,
                  std::span<std::uint8_t> data, std::uint8_t* tag) noexcept;
// False also for what is not authentic; `data` is rubbish then.
bool aes_gcm_open(Octets key, const GcmNonce& nonce, std::span<const Octets> associated,
                  std::span<std::uint8_t> data, const std::uint8_t* tag) noexcept;

}  // namespace ringfence::media_worker
