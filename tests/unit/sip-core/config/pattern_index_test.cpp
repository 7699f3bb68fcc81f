#include "sip-core/config/pattern_index.hpp"

#include <gtest/gtest.h>

#include "runtime/random.hpp"
#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {
namespace {

PatternIndex index_of(std::initializer_list<std::string_view> patterns) {
  PatternIndex index;
  RuleRank rank = 0;
  for (const std::string_view pattern : patterns)
    index.add(pattern, rank++);
  return index;
}

TEST(PatternIndex, FindsEveryFormOfPattern) {
  const PatternIndex index = index_of(
      {"4930123", "4940*", "*@evil.test", "*scanner*", "[0-9][0-9]", "a?c", "*x", "[!a]bc]d"});
  EXPECT_EQ(index.lowest("4930123"), 0U);
  EXPECT_EQ(index.lowest("49301234"), kNoRank);
  EXPECT_EQ(index.lowest("4940"), 1U);
  EXPECT_EQ(index.lowest("eve@evil.test"), 2U);
  EXPECT_EQ(index.lowest("a-scanner-b"), 3U);
  EXPECT_EQ(index.lowest("42"), 4U);
  EXPECT_EQ(index.lowest("abc"), 5U);
  EXPECT_EQ(index.lowest("x"), 6U);
  EXPECT_EQ(index.lowest("bbc]d"), 7U);
  EXPECT_EQ(index.lowest(""), kNoRank);
}

TEST(PatternIndex, AnswersTheLowestRankAndNoneThatIsNotBelowTheOneInHand) {
  const PatternIndex index = index_of({"zz", "12*", "*34", "1234", "*"});
  EXPECT_EQ(index.lowest("1234"), 1U);
  EXPECT_EQ(index.lowest("1234", 1), kNoRank);
  EXPECT_EQ(index.lowest("9934"), 2U);
  EXPECT_EQ(index.lowest("9934", 3), 2U);
  EXPECT_EQ(index.lowest("7"), 4U);
  EXPECT_TRUE(PatternIndex().empty());
  EXPECT_EQ(PatternIndex().lowest("7"), kNoRank);
}

TEST(PatternIndex, TakesABracketThatNeverClosesForItself) {
  const PatternIndex index = index_of({"a[b", "*]x"});
  EXPECT_EQ(index.lowest("a[b"), 0U);
  EXPECT_EQ(index.lowest("ab"), kNoRank);
  EXPECT_EQ(index.lowest("9]x"), 1U);
}

std::string some_text(SeededRandom& random, std::string_view alphabet, std::size_t most) {
  std::string text;
  for (std::size_t left = random.number() % (most + 1); left > 0; --left)
    text += alphabet[random.number() % alphabet.size()];
  return text;
}

TEST(PatternIndex, AgreesWithTryingEachPattern) {
  SeededRandom random(2);
  for (int round = 0; round < 20; ++round) {
    PatternIndex index;
    std::vector<std::string> patterns;
    for (RuleRank rank = 0; rank < 200; ++rank) {
      patterns.push_back(some_text(random, "ab1*?[]^!-*", 22));
      index.add(patterns.back(), rank);
    }
    for (int i = 0; i < 400; ++i) {
      const std::string text = some_text(random, "ab1]-", 20);
      RuleRank expected = kNoRank;
      for (std::size_t rank = patterns.size(); rank-- > 0;)
        if (glob_matches(patterns[rank], text)) expected = static_cast<RuleRank>(rank);
      ASSERT_EQ(index.lowest(text), expected) << text;
    }
  }
}

}  // namespace
}  // namespace ringfence::sip_core
