// Packets and keys for the tests: annotated octets, nothing random.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "media-worker/rtp/packet_storage.hpp"
#include "media-worker/srtp/crypto_suite.hpp"
#include "runtime/secret.hpp"

namespace ringfence::media_worker::test {

using Packet = std::vector<std::uint8_t>;

inline Packet rtp(std::uint32_t ssrc, std::uint16_t sequence, std::string_view payload = "voice",
                  std::uint8_t payload_type = 0) {
  Packet packet{0x80,
                payload_type,
                static_cast<std::uint8_t>(sequence >> 8),
                static_cast<std::uint8_t>(sequence),
                0,
                0,
                0,
                160};
  for (const int shift : {24, 16, 8, 0})
    packet.push_back(static_cast<std::uint8_t>(ssrc >> shift));
  packet.insert(packet.end(), payload.begin(), payload.end());
  return packet;
}

inline void append_words(Packet& packet, std::initializer_list<std::uint32_t> words) {
  for (const std::uint32_t word : words) {
    for (const int shift : {24, 16, 8, 0})
      packet.push_back(static_cast<std::uint8_t>(word >> shift));
  }
}

// A receiver report of one block about `about`. `last_report`: LSR; `delay`: DLSR, in 1/65536 s.
inline Packet receiver_report(std::uint32_t ssrc, std::uint32_t about, std::uint32_t highest,
                              std::uint32_t last_report = 0, std::uint32_t delay = 0) {
  Packet packet{0x81, 201, 0, 7};
  append_words(packet, {ssrc, about, 0, highest, 0, last_report, delay});
  return packet;
}

// A sender report without blocks, made at an NTP time of these middle 32 bits.
inline Packet sender_report(std::uint32_t ssrc, std::uint32_t middle_ntp) {
  Packet packet{0x80, 200, 0, 6};
  append_words(packet, {ssrc, 0xe0000000 | middle_ntp >> 16, middle_ntp << 16, 160, 1, 160});
  return packet;
}

// A source description of one chunk with a CNAME.
inline Packet source_description(std::uint32_t ssrc, std::string_view cname) {
  Packet packet{0x81, 202, 0, 0};
  for (const int shift : {24, 16, 8, 0})
    packet.push_back(static_cast<std::uint8_t>(ssrc >> shift));
  packet.push_back(1);
  packet.push_back(static_cast<std::uint8_t>(cname.size()));
  packet.insert(packet.end(), cname.begin(), cname.end());
  do {
    packet.push_back(0);
  } while (packet.size() % 4 != 0);
  packet[3] = static_cast<std::uint8_t>(packet.size() / 4 - 1);
  return packet;
}

inline Packet operator+(Packet left, const Packet& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline Packet octets(std::string_view hexadecimal) {
  Packet result;
  for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2) {
    result.push_back(
        static_cast<std::uint8_t>(std::stoi(std::string(hexadecimal.substr(i, 2)), nullptr, 16)));
  }
  return result;
}

// A key and salt of AES_CM_128 (or any other suite) that differs by `seed`.
inline SecretBytes key(std::uint8_t seed, std::size_t size = 30) {
  SecretBytes secret(size);
  for (std::size_t i = 0; i < size; ++i)
    secret.bytes()[i] = static_cast<std::uint8_t>(seed * 37 + i);
  return secret;
}

inline const CryptoSuite& suite_80() {
  return *find_crypto_suite("AES_CM_128_HMAC_SHA1_80");
}

// One packet in storage of the kind that the packet path uses.
struct Stored {
  PacketStorage storage{};
  std::size_t size = 0;

  explicit Stored(const Packet& packet) : size(packet.size()) {
    std::copy_n(packet.begin(), std::min(packet.size(), storage.octets.size()),
                storage.octets.begin());
  }
  std::span<std::uint8_t> octets() { return storage.octets; }
  Packet packet() const {
    return {storage.octets.begin(), storage.octets.begin() + static_cast<std::ptrdiff_t>(size)};
  }
};

}  // namespace ringfence::media_worker::test
