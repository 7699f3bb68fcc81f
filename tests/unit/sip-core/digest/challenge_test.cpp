#include "sip-core/digest/challenge.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace ringfence::sip_core::digest {
namespace {

TEST(WriteChallenges, offers_SHA_256_first_and_quotes_as_the_rfc_says_R137_R144) {
  const auto values = write_challenges("example.com", "n1", Stale::no);
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values[0],
            "Digest realm=\"example.com\", nonce=\"n1\", qop=\"auth\", algorithm=SHA-256");
  EXPECT_EQ(values[1], "Digest realm=\"example.com\", nonce=\"n1\", qop=\"auth\", algorithm=MD5");
  EXPECT_EQ(write_challenges("r", "n", Stale::yes)[0],
            "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", stale=true, algorithm=SHA-256");
}

TEST(Challenge, reads_what_servers_send) {
  const auto c = Challenge::parse(
      "Digest realm=\"r\", domain=\"sip:x\", nonce=\"n\", opaque=\"\", stale=TRUE, "
      "algorithm=\"sha-256\", qop=\"auth-int, AUTH\"");
  ASSERT_TRUE(c);
  EXPECT_EQ(c->algorithm, Algorithm::sha256);
  EXPECT_EQ(c->qop, Qop::auth);
  EXPECT_TRUE(c->stale);
  EXPECT_EQ(c->opaque, "");
  const auto old = Challenge::parse("Digest realm=\"r\",nonce=\"n\"");
  ASSERT_TRUE(old);
  EXPECT_EQ(old->algorithm, Algorithm::md5);
  EXPECT_EQ(old->qop, Qop::none);
  EXPECT_EQ(old->to_string(), "Digest realm=\"r\", nonce=\"n\"");
}

TEST(Challenge, refuses_what_it_could_not_answer) {
  EXPECT_EQ(Challenge::parse("Digest realm=\"r\"").error(), DigestError::missing);
  EXPECT_EQ(Challenge::parse("Digest realm=\"r\",nonce=\"n\",algorithm=MD5-sess").error(),
            DigestError::algorithm);
  EXPECT_EQ(Challenge::parse("Digest realm=\"r\",nonce=\"n\",qop=\"auth-conf\"").error(),
            DigestError::qop);
}

TEST(SelectChallenge, takes_the_topmost_that_it_supports_R138) {
  const std::array<std::string_view, 4> values = {
      "Basic realm=\"r\"", "Digest realm=\"r\",nonce=\"1\",algorithm=SHA-512-256",
      "Digest realm=\"r\",nonce=\"2\",algorithm=MD5",
      "Digest realm=\"r\",nonce=\"3\",algorithm=SHA-256"};
  EXPECT_EQ(select_challenge(values)->nonce, "2");
  EXPECT_EQ(select_challenge(values, Algorithm::sha256)->nonce, "3");
  EXPECT_FALSE(select_challenge(std::span(values).first(2)));
}

}  // namespace
}  // namespace ringfence::sip_core::digest
