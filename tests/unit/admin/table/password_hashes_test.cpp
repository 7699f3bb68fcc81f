#include "admin/table/password_hashes.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ringfence::admin {
namespace {

// The user of RFC 7616 §3.9.1; HA1 as its A1 says, computed with md5sum and sha256sum.
TEST(PasswordHashes, AreTheDigestOfUserRealmAndPassword) {
  const PasswordHashes hashes = hash_password("Mufasa", "http-auth@example.org", "Circle of Life");
  EXPECT_EQ(hashes.ha1_md5, "3d78807defe7de2157e2b0b6573a855f");
  EXPECT_EQ(hashes.ha1_sha256, "7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232");
}

TEST(PasswordHashes, AGeneratedPasswordIsLongAndHasNoSignsThatLookAlike) {
  SeededRandom random(1);
  const std::string password = generate_password(random);
  EXPECT_EQ(password.size(), 20U);
  EXPECT_EQ(password.find_first_of("0O1lI"), std::string::npos);
  EXPECT_NE(password, generate_password(random));
}

}  // namespace
}  // namespace ringfence::admin
