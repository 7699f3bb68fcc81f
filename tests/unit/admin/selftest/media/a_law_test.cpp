#include "admin/selftest/media/a_law.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace ringfence::admin {
namespace {

// ITU-T G.711 Table 1a: the smallest, the largest and the values around a segment's edge.
TEST(ALaw, DecodesTheValuesOfTheTable) {
  EXPECT_EQ(a_law_decode(0xd5), 8);  // ±1 of 4096, here of 32768
  EXPECT_EQ(a_law_decode(0x55), -8);
  EXPECT_EQ(a_law_decode(0xaa), 32256);
  EXPECT_EQ(a_law_decode(0x2a), -32256);
}

TEST(ALaw, EncodesTheValuesOfTheTable) {
  EXPECT_EQ(a_law_encode(0), 0xd5);
  EXPECT_EQ(a_law_encode(-1), 0x55);
  EXPECT_EQ(a_law_encode(32767), 0xaa);
  EXPECT_EQ(a_law_encode(-32768), 0x2a);
  EXPECT_EQ(a_law_encode(1000), 0xfa);
  EXPECT_EQ(a_law_encode(-1000), 0x7a);
}

TEST(ALaw, EveryOctetComesBack) {
  for (int octet = 0; octet < 256; ++octet) {
    EXPECT_EQ(a_law_encode(a_law_decode(static_cast<std::uint8_t>(octet))), octet);
  }
}

TEST(ALaw, ASampleComesBackWithinHalfAStep) {
  for (int sample = -32768; sample <= 32767; ++sample) {
    const int back = a_law_decode(a_law_encode(static_cast<std::int16_t>(sample)));
    // The steps of a segment are a sixteenth of where it begins, and never finer than 16.
    EXPECT_LE(std::abs(back - sample), std::max(16, std::abs(sample) / 32 + 1)) << sample;
  }
}

}  // namespace
}  // namespace ringfence::admin
