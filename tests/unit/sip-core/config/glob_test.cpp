#include <gtest/gtest.h>

#include <string>

#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {
namespace {

TEST(Glob, TakesStarsQuestionMarksAndBrackets) {
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("0*", "0301234"));
  EXPECT_TRUE(glob_matches("0?0*", "030"));
  EXPECT_TRUE(glob_matches("[1-9]*", "49"));
  EXPECT_TRUE(glob_matches("*9", "1919"));
  EXPECT_TRUE(glob_matches("[!0]1", "21"));
  EXPECT_TRUE(glob_matches("a*b*c", "a-b-b-c"));
}

TEST(Glob, CoversTheWholeTextAndNothingLess) {
  EXPECT_FALSE(glob_matches("030", "0301"));
  EXPECT_FALSE(glob_matches("030", "30"));
  EXPECT_FALSE(glob_matches("[1-9]*", "049"));
  EXPECT_FALSE(glob_matches("[!0]1", "01"));
  EXPECT_FALSE(glob_matches("", "1"));
}

TEST(Glob, TakesAnUnclosedBracketAsItself) {
  EXPECT_TRUE(glob_matches("[1", "[1"));
}

TEST(Glob, IsNotSlowOnManyStars) {
  EXPECT_FALSE(glob_matches("*a*a*a*a*a*a*a*a*a*b", std::string(2000, 'a')));
}

}  // namespace
}  // namespace ringfence::sip_core
