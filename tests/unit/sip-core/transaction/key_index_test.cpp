#include "sip-core/transaction/key_index.hpp"

#include <gtest/gtest.h>

#include <map>

namespace ringfence::sip_core {
namespace {

using Number = Strong<std::uint64_t, struct NumberTag>;

TEST(KeyIndex, FindsWhatWasSet) {
  KeyIndex<Number> index;
  EXPECT_EQ(index.find({1, 1}), Number());
  EXPECT_EQ(index.set({1, 1}, Number(7)), Number());
  EXPECT_EQ(index.find({1, 1}), Number(7));
  EXPECT_EQ(index.find({2, 1}), Number());  // the same place, another key
  EXPECT_EQ(index.set({1, 1}, Number(8)), Number(7));
  EXPECT_EQ(index.find({1, 1}), Number(8));
  EXPECT_EQ(index.size(), 1u);
  index.erase({2, 1});
  index.erase({1, 1});
  EXPECT_FALSE(index.contains({1, 1}));
  EXPECT_EQ(index.size(), 0u);
}

// Few places, so that the keys crowd and holes open in the middle of their rows.
TEST(KeyIndex, AgreesWithAMapWhateverComesAndGoes) {
  KeyIndex<Number> index;
  std::map<std::uint64_t, Number> expected;
  SeededRandom random(5);
  for (std::uint64_t step = 1; step <= 50000; ++step) {
    const std::uint64_t name = random.number() % 400;
    const TransactionKey key{name, name % 23 + (name % 3) * 60};
    if (random.number() % 2 == 0) {
      index.set(key, Number(step));
      expected[name] = Number(step);
    } else {
      index.erase(key);
      expected.erase(name);
    }
    const std::uint64_t other = random.number() % 400;
    const auto found = expected.find(other);
    ASSERT_EQ(index.find({other, other % 23 + (other % 3) * 60}),
              found == expected.end() ? Number() : found->second)
        << "step " << step;
    ASSERT_EQ(index.size(), expected.size());
  }
}

}  // namespace
}  // namespace ringfence::sip_core
