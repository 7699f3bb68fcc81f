#include "recorder/evidence/sha256.hpp"

#include <gtest/gtest.h>

namespace ringfence::recorder {
namespace {

constexpr std::string_view kOfAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

// FIPS 180-4's own example.
TEST(Sha256Test, hashes_the_example_of_the_standard) {
  EXPECT_EQ(sha256_hex("abc"), kOfAbc);
}

TEST(Sha256Test, says_the_hash_of_what_came_so_far_and_takes_more) {
  Sha256 hash;
  hash.add("ab");
  EXPECT_EQ(hash.hex(), sha256_hex("ab"));
  hash.add("c");
  EXPECT_EQ(hash.hex(), kOfAbc);
}

TEST(Sha256Test, knows_a_hash_by_its_form) {
  EXPECT_TRUE(is_sha256_hex(kOfAbc));
  EXPECT_FALSE(is_sha256_hex(kOfAbc.substr(1)));
  EXPECT_FALSE(is_sha256_hex("BA" + std::string(kOfAbc.substr(2))));
}

}  // namespace
}  // namespace ringfence::recorder
