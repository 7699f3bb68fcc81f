#include "runtime/siphash.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringfence::test {
namespace {

constexpr SipHash::Key kKey{0x0706050403020100, 0x0f0e0d0c0b0a0908};

std::string counting(char size) {
  std::string text;
  for (char octet = 0; octet < size; ++octet)
    text += octet;
  return text;
}

// The vectors of the algorithm's authors: octets 0, 1, 2 … under the key 0 to 15.
TEST(SipHash, MatchesTheVectors) {
  EXPECT_EQ(SipHash(kKey).of(""), 0x726fdb47dd0e0e31);
  EXPECT_EQ(SipHash(kKey).of(counting(15)), 0xa129ca6149be45e5);
}

TEST(SipHash, MatchesTheVectorsOf128Bits) {
  EXPECT_EQ(SipHash(kKey).long_of(""),
            (std::array<std::uint64_t, 2>{0xe6a825ba047f81a3, 0x930255c71472f66d}));
  EXPECT_EQ(SipHash(kKey).long_of(counting(1)),
            (std::array<std::uint64_t, 2>{0x44af996bd8c187da, 0x45fc229b11597634}));
}

}  // namespace
}  // namespace ringfence::test
