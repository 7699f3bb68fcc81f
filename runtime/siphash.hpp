// SipHash-2-4 (Aumasson, Bernstein 2012): a fast keyed hash. Who does not know the key can neither
// foretell a hash nor choose texts that share one, so tables keyed by it cannot be worn down.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace ringfence {

class SipHash {
 public:
  using Key = std::array<std::uint64_t, 2>;

  explicit constexpr SipHash(const Key& key)
      : v_{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
           key[1] ^ 0x7465646279746573} {}

  // 64 bits. One object hashes one text, once.
  std::uint64_t of(std::string_view text) {
    compress_all(text);
    return finish(0xff);
  }
  // 128 bits: the variant with the longer tag.
  std::array<std::uint64_t, 2> long_of(std::string_view text) {
    v_[1] ^= 0xee;
    compress_all(text);
    const std::uint64_t first = finish(0xee);
    v_[1] ^= 0xdd;
    return {first, rounds_of_the_end()};
  }

 private:
  static constexpr std::size_t kWord = sizeof(std::uint64_t);

  static std::uint64_t word_of(std::string_view octets) {
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t word = 0;
    std::memcpy(&word, octets.data(), octets.size());
    return word;
  }
  void compress_all(std::string_view text) {
    const std::uint64_t length = std::uint64_t{text.size()} << 56;
    for (; text.size() >= kWord; text.remove_prefix(kWord))
      compress(word_of(text.substr(0, kWord)));
    compress(word_of(text) | length);
  }
  void compress(std::uint64_t word) {
    v_[3] ^= word;
    round();
    round();
    v_[0] ^= word;
  }
  std::uint64_t finish(std::uint64_t mark) {
    v_[2] ^= mark;
    return rounds_of_the_end();
  }
  std::uint64_t rounds_of_the_end() {
    for (int i = 0; i < 4; ++i)
      round();
    return v_[0] ^ v_[1] ^ v_[2] ^ v_[3];
  }
  void round() {
    v_[0] += v_[1];
    v_[1] = std::rotl(v_[1], 13) ^ v_[0];
    v_[0] = std::rotl(v_[0], 32);
    v_[2] += v_[3];
    v_[3] = std::rotl(v_[3], 16) ^ v_[2];
    v_[0] += v_[3];
    v_[3] = std::rotl(v_[3], 21) ^ v_[0];
    v_[2] += v_[1];
    v_[1] = std::rotl(v_[1], 17) ^ v_[2];
    v_[2] = std::rotl(v_[2], 32);
  }

  std::array<std::uint64_t, 4> v_;
};

}  // namespace ringfence
