#include "sip-core/digest/nonce.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringfence::sip_core::digest {
namespace {

using std::chrono::seconds;

struct Nonce : testing::Test {
  NonceMint mint{SecretBytes::from("0123456789abcdef0123456789abcdef"), seconds(300)};
  SeededRandom random{1};
  ManualClock clock;
  WallTime now = clock.wall_now();

  NonceState state(const std::string& nonce, std::string_view realm, WallTime at) {
    return mint.check(nonce, realm, at).state;
  }
};

TEST_F(Nonce, is_valid_for_its_lifetime_and_then_expired_R142_R144) {
  const std::string nonce = mint.mint("r", now, random);
  EXPECT_EQ(state(nonce, "r", now), NonceState::valid);
  EXPECT_EQ(state(nonce, "r", now + seconds(300)), NonceState::valid);
  EXPECT_EQ(state(nonce, "r", now + seconds(301)), NonceState::expired);
  EXPECT_EQ(mint.check(nonce, "r", now).issued, now);
}

TEST_F(Nonce, from_the_future_is_expired_F117) {
  const std::string nonce = mint.mint("r", now, random);
  EXPECT_EQ(state(nonce, "r", now - seconds(3600)), NonceState::expired);
}

TEST_F(Nonce, of_another_realm_or_secret_is_foreign_R145) {
  const std::string nonce = mint.mint("r", now, random);
  EXPECT_EQ(state(nonce, "s", now), NonceState::foreign);
  const NonceMint other(SecretBytes::from("x123456789abcdef0123456789abcdef"), seconds(300));
  EXPECT_EQ(other.check(nonce, "r", now).state, NonceState::foreign);
}

TEST_F(Nonce, with_any_digit_changed_is_foreign) {
  const std::string nonce = mint.mint("r", now, random);
  for (std::size_t i = 0; i < nonce.size(); ++i) {
    std::string changed = nonce;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_EQ(state(changed, "r", now), NonceState::foreign) << i;
  }
  EXPECT_EQ(state("", "r", now), NonceState::foreign);
  EXPECT_EQ(state(nonce + "0", "r", now), NonceState::foreign);
}

TEST_F(Nonce, survives_a_restart_with_the_same_secret_and_never_repeats_R142) {
  const std::string nonce = mint.mint("r", now, random);
  EXPECT_NE(mint.mint("r", now, random), nonce);
  const NonceMint reborn(SecretBytes::from("0123456789abcdef0123456789abcdef"), seconds(300));
  EXPECT_EQ(reborn.check(nonce, "r", now).state, NonceState::valid);
}

}  // namespace
}  // namespace ringfence::sip_core::digest
