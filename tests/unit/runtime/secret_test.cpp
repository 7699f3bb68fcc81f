#include "runtime/secret.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <type_traits>

#include "runtime/random.hpp"

namespace ringfence::test {
namespace {

static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_copy_assignable_v<SecretBytes>);
static_assert(!std::is_convertible_v<SecretBytes, std::string>);

TEST(SecretBytes, is_wiped_when_it_is_cleared) {
  SecretBytes secret = SecretBytes::from("thirty octets of key and salt.");
  const std::uint8_t* octets = secret.bytes().data();
  EXPECT_EQ(secret.size(), 30u);
  wipe(secret.bytes().data(), secret.size());
  EXPECT_TRUE(std::all_of(octets, octets + 30, [](auto o) { return o == 0; }));
  secret.clear();
  EXPECT_TRUE(secret.empty());
}

TEST(SecretBytes, moves_and_leaves_nothing_behind) {
  SecretBytes first = SecretBytes::from("one");
  SecretBytes second = std::move(first);
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(second.size(), 3u);
  SecretBytes third = SecretBytes::from("another");
  third = std::move(second);
  EXPECT_EQ(third.size(), 3u);
  EXPECT_TRUE(second.empty());
  EXPECT_TRUE(std::ranges::equal(third.copy().bytes(), third.bytes()));
}

TEST(Random, gives_tokens_of_the_length_asked_for_and_never_the_same) {
  SystemRandom random;
  std::set<std::string> tokens;
  for (int i = 0; i < 1000; ++i)
    tokens.insert(random.token(16));
  EXPECT_EQ(tokens.size(), 1000u);
  for (const std::string& token : tokens) {
    EXPECT_EQ(token.size(), 32u);
    EXPECT_EQ(token.find_first_not_of("0123456789abcdef"), std::string::npos);
  }
  EXPECT_EQ(random.token(100).size(), 200u);
  EXPECT_TRUE(random.token(0).empty());
}

TEST(Random, repeats_itself_from_a_seed) {
  SeededRandom first(7);
  SeededRandom second(7);
  SeededRandom other(8);
  EXPECT_EQ(first.token(32), second.token(32));
  EXPECT_NE(first.number(), other.number());
}

}  // namespace
}  // namespace ringfence::test
