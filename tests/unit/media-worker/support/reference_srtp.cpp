#include "support/reference_srtp.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>

namespace ringfence::media_worker::test {
namespace {

constexpr std::size_t kKeySize = 16;
constexpr std::size_t kTagSize = 10;

Packet tag(const Packet& key, const Packet& message) {
  std::array<std::uint8_t, 20> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), message.data(), message.size(),
       digest.data(), &size);
  return {digest.begin(), digest.begin() + kTagSize};
}

// §4.1.1: IV = (k_s * 2^16) XOR (SSRC * 2^64) XOR (i * 2^16).
std::array<std::uint8_t, 16> iv(const Packet& salt, std::uint32_t ssrc, std::uint64_t index) {
  std::array<std::uint8_t, 16> block{};
  std::copy(salt.begin(), salt.end(), block.begin());
  for (std::size_t i = 0; i < 4; ++i)
    block[4 + i] ^= static_cast<std::uint8_t>(ssrc >> (24 - 8 * i));
  for (std::size_t i = 0; i < 6; ++i)
    block[8 + i] ^= static_cast<std::uint8_t>(index >> (40 - 8 * i));
  return block;
}

void encrypt(Packet& packet, std::size_t from, const Packet& keystream) {
  for (std::size_t i = from; i < packet.size(); ++i)
    packet[i] ^= keystream[i - from];
}

void append_word(Packet& packet, std::uint32_t word) {
  for (const int shift : {24, 16, 8, 0})
    packet.push_back(static_cast<std::uint8_t>(word >> shift));
}

std::uint32_t word_at(const Packet& packet, std::size_t at) {
  return static_cast<std::uint32_t>(packet[at]) << 24 |
         static_cast<std::uint32_t>(packet[at + 1]) << 16 |
         static_cast<std::uint32_t>(packet[at + 2]) << 8 | packet[at + 3];
}

}  // namespace

Packet aes_cm_keystream(std::span<const std::uint8_t> key,
                        const std::array<std::uint8_t, 16>& counter, std::size_t size) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  EVP_EncryptInit_ex(context.get(), EVP_aes_128_ctr(), nullptr, key.data(), counter.data());
  const Packet zeros(size);
  Packet stream(size);
  int written = 0;
  EVP_EncryptUpdate(context.get(), stream.data(), &written, zeros.data(),
                    static_cast<int>(zeros.size()));
  return stream;
}

Packet derive(std::span<const std::uint8_t> master, std::uint8_t label, std::size_t size) {
  std::array<std::uint8_t, 16> input{};
  std::copy(master.begin() + kKeySize, master.end(), input.begin());
  input[7] ^= label;
  return aes_cm_keystream(master.first(kKeySize), input, size);
}

Packet reference_srtp(std::span<const std::uint8_t> master, const Packet& rtp,
                      std::uint32_t roll_over_counter) {
  Packet packet = rtp;
  const std::uint64_t index = static_cast<std::uint64_t>(roll_over_counter) << 16 |
                              static_cast<std::uint64_t>(packet[2] << 8 | packet[3]);
  const Packet salt = derive(master, 2, 14);
  encrypt(packet, 12,
          aes_cm_keystream(derive(master, 0, kKeySize), iv(salt, word_at(packet, 8), index),
                           packet.size() - 12));
  Packet authenticated = packet;
  append_word(authenticated, roll_over_counter);
  return packet + tag(derive(master, 1, 20), authenticated);
}

Packet reference_srtcp(std::span<const std::uint8_t> master, const Packet& rtcp,
                       std::uint32_t index) {
  Packet packet = rtcp;
  const Packet salt = derive(master, 5, 14);
  encrypt(packet, 8,
          aes_cm_keystream(derive(master, 3, kKeySize), iv(salt, word_at(packet, 4), index),
                           packet.size() - 8));
  append_word(packet, 0x80000000U | index);
  const Packet authentication = tag(derive(master, 4, 20), packet);
  return packet + authentication;
}

}  // namespace ringfence::media_worker::test
