// The SRTP and SRTCP of one packet under session keys that are given: AES in counter mode with
// HMAC-SHA1 (RFC 3711 §3.1, §3.4) and AES-GCM (RFC 7714 §8, §9). Pure: it keeps nothing and judges
// no index. In place; sizes in octets. `storage` has kSrtpTrailerRoom behind a packet that is to be
// protected. Nothing comes back: OpenSSL could not, or the packet is not authentic.
#pragma once

#include <optional>

#include "media-worker/rtp/rtp_packet.hpp"
#include "media-worker/srtp/session_keys.hpp"

namespace ringfence::media_worker {

// The last word of an SRTCP packet: whether it is encrypted, and its index.
inline constexpr std::size_t kSrtcpWord = 4;
inline constexpr std::uint32_t kSrtcpEncrypted = 0x8000'0000U;

std::optional<std::size_t> protect_rtp(const CryptoSuite& suite, const TransformKeys& keys,
                                       std::span<std::uint8_t> storage, std::size_t size,
                                       const RtpHeader& header, std::uint64_t index) noexcept;
// `size` covers header and tag at least.
std::optional<std::size_t> unprotect_rtp(const CryptoSuite& suite, const TransformKeys& keys,
                                         std::span<std::uint8_t> storage, std::size_t size,
                                         const RtpHeader& header, std::uint64_t index) noexcept;

std::optional<std::size_t> protect_rtcp(const CryptoSuite& suite, const TransformKeys& keys,
                                        std::span<std::uint8_t> storage, std::size_t size,
                                        std::uint32_t index) noexcept;
// `size` covers the clear part, the tag and the word at least.
std::uint32_t srtcp_word(const CryptoSuite& suite, Octets packet) noexcept;
std::optional<std::size_t> unprotect_rtcp(const CryptoSuite& suite, const TransformKeys& keys,
                                          std::span<std::uint8_t> storage,
                                          std::size_t size) noexcept;

}  // namespace ringfence::media_worker
