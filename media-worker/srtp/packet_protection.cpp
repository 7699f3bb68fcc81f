#include "media-worker/srtp/packet_protection.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "media-worker/rtp/rtcp_packet.hpp"
#include "media-worker/srtp/aes.hpp"

namespace ringfence::media_worker {
namespace {

constexpr std::size_t kRtcpSsrcOffset = 4;
using RollOver = std::array<std::uint8_t, 4>;

// RFC 3711 §4.1.1 and RFC 7714 §8.1, §9.1: the salt, with the SSRC and the index of 48 bits XORed
// into the ten octets at its end.
template <typename Block>
Block initial_block(const CryptoSuite& suite, const TransformKeys& keys, Ssrc ssrc,
                    std::uint64_t index) noexcept {
  Block block{};
  std::copy_n(keys.salt.begin(), suite.salt_size, block.begin());
  const std::size_t at = suite.salt_size - 10;
  for (std::size_t i = 0; i < 4; ++i)
    block[at + i] ^= static_cast<std::uint8_t>(ssrc.value >> (24 - 8 * i));
  for (std::size_t i = 0; i < 6; ++i)
    block[at + 4 + i] ^= static_cast<std::uint8_t>(index >> (40 - 8 * i));
  return block;
}

Octets cipher_key(const CryptoSuite& suite, const TransformKeys& keys) noexcept {
  return Octets(keys.cipher).first(suite.key_size);
}

bool counter_mode(const CryptoSuite& suite, const TransformKeys& keys, Ssrc ssrc,
                  std::uint64_t index, std::span<std::uint8_t> data) noexcept {
  const auto counter = initial_block<CounterBlock>(suite, keys, ssrc, index);
  return aes_counter_mode(cipher_key(suite, keys), counter, data);
}

// RFC 3711 §4.2: the roll-over counter is authenticated behind the packet.
RollOver roll_over(std::uint64_t index) noexcept {
  RollOver octets{};
  write_32(octets, 0, static_cast<std::uint32_t>(index >> 16));
  return octets;
}

bool is_gcm(const CryptoSuite& suite) noexcept {
  return suite.transform == SrtpTransform::aes_gcm;
}

bool equal_tags(const std::uint8_t* one, const std::uint8_t* other, std::size_t size) noexcept {
  return CRYPTO_memcmp(one, other, size) == 0;
}

std::array<Octets, 2> rtcp_associated(std::span<const std::uint8_t> packet, Octets word) noexcept {
  return {packet.first(kRtcpClearPart), word};
}

}  // namespace

std::optional<std::size_t> protect_rtp(const CryptoSuite& suite, const TransformKeys& keys,
                                       std::span<std::uint8_t> storage, std::size_t size,
                                       const RtpHeader& header, std::uint64_t index) noexcept {
  const auto packet = storage.first(size);
  const auto payload = packet.subspan(header.payload_offset);
  std::uint8_t* const tag = storage.data() + size;
  if (is_gcm(suite)) {
    const auto nonce = initial_block<GcmNonce>(suite, keys, header.ssrc, index);
    const std::array<Octets, 1> clear{packet.first(header.payload_offset)};
    if (!aes_gcm_seal(cipher_key(suite, keys), nonce, clear, payload, tag)) return std::nullopt;
  } else {
    if (!counter_mode(suite, keys, header.ssrc, index, payload)) return std::nullopt;
    const auto digest = keys.authentication.of(packet, roll_over(index));
    std::copy_n(digest.begin(), suite.rtp_tag_size, tag);
  }
  return size + suite.rtp_tag_size;
}

std::optional<std::size_t> unprotect_rtp(const CryptoSuite& suite, const TransformKeys& keys,
                                         std::span<std::uint8_t> storage, std::size_t size,
                                         const RtpHeader& header, std::uint64_t index) noexcept {
  const std::size_t plain_size = size - suite.rtp_tag_size;
  const auto packet = storage.first(plain_size);
  const auto payload = packet.subspan(header.payload_offset);
  const std::uint8_t* const tag = storage.data() + plain_size;
  if (is_gcm(suite)) {
    const auto nonce = initial_block<GcmNonce>(suite, keys, header.ssrc, index);
    const std::array<Octets, 1> clear{packet.first(header.payload_offset)};
    if (!aes_gcm_open(cipher_key(suite, keys), nonce, clear, payload, tag)) return std::nullopt;
  } else {
    const auto digest = keys.authentication.of(packet, roll_over(index));
    if (!equal_tags(digest.data(), tag, suite.rtp_tag_size) ||
        !counter_mode(suite, keys, header.ssrc, index, payload)) {
      return std::nullopt;
    }
  }
  return plain_size;
}

// The word lies behind the tag of AES-GCM (RFC 7714 §9.3) and before that of HMAC (RFC 3711 §3.4).
std::uint32_t srtcp_word(const CryptoSuite& suite, Octets packet) noexcept {
  const std::size_t behind = is_gcm(suite) ? 0 : suite.rtcp_tag_size;
  return read_32(packet, packet.size() - behind - kSrtcpWord);
}

std::optional<std::size_t> protect_rtcp(const CryptoSuite& suite, const TransformKeys& keys,
                                        std::span<std::uint8_t> storage, std::size_t size,
                                        std::uint32_t index) noexcept {
  const auto packet = storage.first(size);
  const auto data = packet.subspan(kRtcpClearPart);
  const Ssrc ssrc(read_32(packet, kRtcpSsrcOffset));
  if (is_gcm(suite)) {
    const auto word = storage.subspan(size + kGcmTag, kSrtcpWord);
    write_32(word, 0, kSrtcpEncrypted | index);
    const auto nonce = initial_block<GcmNonce>(suite, keys, ssrc, index);
    if (!aes_gcm_seal(cipher_key(suite, keys), nonce, rtcp_associated(packet, word), data,
                      storage.data() + size)) {
      return std::nullopt;
    }
  } else {
    const auto word = storage.subspan(size, kSrtcpWord);
    write_32(word, 0, kSrtcpEncrypted | index);
    if (!counter_mode(suite, keys, ssrc, index, data)) return std::nullopt;
    const auto digest = keys.authentication.of(packet, word);
    std::copy_n(digest.begin(), suite.rtcp_tag_size, word.end());
  }
  return size + kSrtcpWord + suite.rtcp_tag_size;
}

std::optional<std::size_t> unprotect_rtcp(const CryptoSuite& suite, const TransformKeys& keys,
                                          std::span<std::uint8_t> storage,
                                          std::size_t size) noexcept {
  const std::size_t plain_size = size - kSrtcpWord - suite.rtcp_tag_size;
  const auto packet = storage.first(plain_size);
  const auto data = packet.subspan(kRtcpClearPart);
  const Ssrc ssrc(read_32(packet, kRtcpSsrcOffset));
  const std::uint32_t index = srtcp_word(suite, storage.first(size)) & ~kSrtcpEncrypted;
  if (is_gcm(suite)) {
    const Octets word = storage.subspan(plain_size + kGcmTag, kSrtcpWord);
    const auto nonce = initial_block<GcmNonce>(suite, keys, ssrc, index);
    if (!aes_gcm_open(cipher_key(suite, keys), nonce, rtcp_associated(packet, word), data,
                      storage.data() + plain_size)) {
      return std::nullopt;
    }
  } else {
    const auto word = storage.subspan(plain_size, kSrtcpWord);
    const auto digest = keys.authentication.of(packet, word);
    if (!equal_tags(digest.data(), storage.data() + plain_size + kSrtcpWord, suite.rtcp_tag_size) ||
        !counter_mode(suite, keys, ssrc, index, data)) {
      return std::nullopt;
    }
  }
  return plain_size;
}

}  // namespace ringfence::media_worker
