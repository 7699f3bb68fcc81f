#include "runtime/random.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace ringfence {
namespace {

TEST(SystemRandomTest, NeverRepeatsWhatItFetchedAhead) {
  SystemRandom random;
  std::set<std::uint64_t> numbers;
  for (int i = 0; i < 1000; ++i)
    numbers.insert(random.number());
  EXPECT_EQ(numbers.size(), 1000U);
}

TEST(SystemRandomTest, FillsMoreThanItKeepsAheadAndNothingAtAll) {
  SystemRandom random;
  std::vector<std::uint8_t> octets(5000);
  random.fill(octets);
  EXPECT_GT(std::set(octets.begin(), octets.end()).size(), 200U);
  random.fill({});
  // The end of a large piece is as random as its beginning.
  EXPECT_GT(std::set(octets.end() - 500, octets.end()).size(), 100U);
}

TEST(SystemRandomTest, TwoOfThemShareNothing) {
  SystemRandom one;
  SystemRandom two;
  EXPECT_NE(one.token(16), two.token(16));
}

}  // namespace
}  // namespace ringfence
