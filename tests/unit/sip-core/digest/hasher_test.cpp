#include "sip-core/digest/hasher.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringfence::sip_core::digest {
namespace {

TEST(Hasher, hashes_the_parts_joined_by_colons) {
  Hasher hasher;
  // RFC 7616 §3.9.1: HA1 of Mufasa.
  EXPECT_EQ(
      hasher.joined(Algorithm::md5, {"Mufasa", "http-auth@example.org", "Circle of Life"}).view(),
      "3d78807defe7de2157e2b0b6573a855f");
  EXPECT_EQ(hasher.joined(Algorithm::sha256, {"Mufasa", "http-auth@example.org", "Circle of Life"})
                .view(),
            "7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232");
  EXPECT_EQ(hasher.count(), 2U);
}

TEST(Hasher, takes_parts_of_any_length) {
  Hasher hasher;
  const std::string all(1500, 'x');
  for (const std::size_t first : {0U, 1U, 255U, 510U, 511U, 512U, 513U, 1100U}) {
    for (const std::size_t second : {0U, 1U, 2U, 511U, 512U, 700U}) {
      const std::string a = all.substr(0, first);
      const std::string b = all.substr(0, second);
      EXPECT_EQ(hasher.joined(Algorithm::sha256, {a, b, "c"}).view(),
                hasher.joined(Algorithm::sha256, {a + ":" + b + ":c"}).view())
          << first << ' ' << second;
    }
  }
}

}  // namespace
}  // namespace ringfence::sip_core::digest
