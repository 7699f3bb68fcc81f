#include "sip-core/location/srv_order.hpp"

#include <gtest/gtest.h>

#include <map>

namespace ringfence::sip_core {
namespace {

constexpr int kRuns = 10'000;

// How often each target came first.
std::map<std::string, int> firsts(const std::vector<SrvRecord>& records) {
  SeededRandom random(2782);
  std::map<std::string, int> count;
  for (int i = 0; i < kRuns; ++i)
    ++count[in_order_of_trial(records, random).front().target];
  return count;
}

TEST(SrvOrder, GoesByPriorityWhateverTheWeights) {
  SeededRandom random(1);
  for (int i = 0; i < 100; ++i) {
    const auto order =
        in_order_of_trial({{30, 60000, 5060, "c"}, {10, 0, 5060, "a"}, {20, 9, 5060, "b"}}, random);
    ASSERT_EQ(order[0].target, "a");
    ASSERT_EQ(order[1].target, "b");
    ASSERT_EQ(order[2].target, "c");
  }
}

TEST(SrvOrder, SharesOnePriorityInProportionToTheWeights) {
  const auto count = firsts({{1, 70, 5060, "a"}, {1, 20, 5060, "b"}, {1, 10, 5060, "c"}});
  EXPECT_NEAR(count.at("a"), 0.7 * kRuns, 0.02 * kRuns);
  EXPECT_NEAR(count.at("b"), 0.2 * kRuns, 0.02 * kRuns);
  EXPECT_NEAR(count.at("c"), 0.1 * kRuns, 0.02 * kRuns);
}

// RFC 2782: "a very small chance of being selected".
TEST(SrvOrder, SeldomChoosesWeightZeroFirstWhereOthersHaveSome) {
  const auto count = firsts({{1, 100, 5060, "a"}, {1, 0, 5060, "b"}});
  EXPECT_GT(count.at("b"), 0);
  EXPECT_LT(count.at("b"), 0.03 * kRuns);
}

TEST(SrvOrder, KeepsEveryRecordOnce) {
  SeededRandom random(7);
  std::vector<SrvRecord> records;
  for (std::uint16_t i = 0; i < 32; ++i)
    records.push_back({static_cast<std::uint16_t>(i / 8), i, 5060, std::to_string(i)});
  auto order = in_order_of_trial(records, random);
  std::sort(order.begin(), order.end());
  std::sort(records.begin(), records.end());
  EXPECT_EQ(order, records);
  EXPECT_TRUE(in_order_of_trial({}, random).empty());
}

}  // namespace
}  // namespace ringfence::sip_core
