#include "sip-core/digest/nonce.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringfence::sip_core::digest {
namespace {

using std::chrono::seconds;

struct Nonce : testing::Test {
  NonceMint mint{SecretBytes::from("0123456789abcdef0123456789abcdef"), seconds(300)};
  IpAddress source = *IpAddress::parse("192.0.2.9");
  SeededRandom random{1};
  ManualClock clock;
  WallTime now = clock.wall_now();

  NonceState state(const std::string& nonce, std::string_view realm, WallTime at) {
    return mint.check(nonce, realm, source, at).state;
  }
};

TEST_F(Nonce, is_valid_for_its_lifetime_and_then_expired_R142_R144) {
  const std::string nonce = mint.mint("r", source, now, random);
  EXPECT_EQ(state(nonce, "r", now), NonceState::valid);
  EXPECT_EQ(state(nonce, "r", now + seconds(300)), NonceState::valid);
  EXPECT_EQ(state(nonce, "r", now + seconds(301)), NonceState::expired);
  EXPECT_EQ(mint.check(nonce, "r", source, now).issued, now);
}

TEST_F(Nonce, from_the_future_is_expired_F117) {
  const std::string nonce = mint.mint("r", source, now, random);
  EXPECT_EQ(state(nonce, "r", now - seconds(3600)), NonceState::expired);
}

TEST_F(Nonce, of_another_realm_or_secret_is_foreign_R145) {
  const std::string nonce = mint.mint("r", source, now, random);
  EXPECT_EQ(state(nonce, "s", now), NonceState::foreign);
  NonceMint other(SecretBytes::from("x123456789abcdef0123456789abcdef"), seconds(300));
  EXPECT_EQ(other.check(nonce, "r", source, now).state, NonceState::foreign);
}

TEST_F(Nonce, with_any_digit_changed_is_foreign) {
  const std::string nonce = mint.mint("r", source, now, random);
  for (std::size_t i = 0; i < nonce.size(); ++i) {
    std::string changed = nonce;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_EQ(state(changed, "r", now), NonceState::foreign) << i;
  }
  EXPECT_EQ(state("", "r", now), NonceState::foreign);
  EXPECT_EQ(state(nonce + "0", "r", now), NonceState::foreign);
}

TEST_F(Nonce, survives_a_restart_with_the_same_secret_and_never_repeats_R142) {
  const std::string nonce = mint.mint("r", source, now, random);
  EXPECT_NE(mint.mint("r", source, now, random), nonce);
  NonceMint reborn(SecretBytes::from("0123456789abcdef0123456789abcdef"), seconds(300));
  EXPECT_EQ(reborn.check(nonce, "r", source, now).state, NonceState::valid);
}

TEST_F(Nonce, is_honoured_after_one_change_of_the_secret_and_not_after_two_R142) {
  const std::string nonce = mint.mint("r", source, now, random);
  mint.change_secret(SecretBytes::from("x123456789abcdef0123456789abcdef"));
  EXPECT_EQ(state(nonce, "r", now), NonceState::valid);
  mint.change_secret(SecretBytes::from("y123456789abcdef0123456789abcdef"));
  EXPECT_EQ(state(nonce, "r", now), NonceState::foreign);
}

TEST_F(Nonce, tells_whether_the_one_who_uses_it_had_asked_for_it) {
  const std::string nonce = mint.mint("r", source, now, random);
  EXPECT_TRUE(mint.check(nonce, "r", source, now).same_source);
  EXPECT_FALSE(mint.check(nonce, "r", *IpAddress::parse("192.0.2.8"), now).same_source);
  const std::string other = mint.mint("r", source, now, random);
  EXPECT_NE(mint.check(nonce, "r", source, now).salt, mint.check(other, "r", source, now).salt);
}

// RFC 4231 §4.3, test case 2.
TEST(KeyedHash, passes_the_vector_of_RFC_4231_each_time) {
  KeyedHash hash(SecretBytes::from("Jefe"));
  for (int i = 0; i < 2; ++i) {
    const auto tag = hash.of({"what do ya want ", "for nothing?"});
    EXPECT_EQ(tag[0], 0x5b);
    EXPECT_EQ(tag[1], 0xdc);
    EXPECT_EQ(tag[2], 0xc1);
    EXPECT_EQ(tag[31], 0x43);
  }
}

}  // namespace
}  // namespace ringfence::sip_core::digest
