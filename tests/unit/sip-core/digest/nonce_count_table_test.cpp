#include "sip-core/digest/nonce_count_table.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core::digest {
namespace {

using std::chrono::seconds;

const WallTime kNow = ManualClock().wall_now();

TEST(NonceCountTable, takes_each_count_once_and_only_upwards_R143) {
  NonceCountTable table(seconds(300));
  EXPECT_EQ(table.use(1, 1, kNow, kNow), NonceCount::fresh);
  EXPECT_EQ(table.use(1, 1, kNow, kNow), NonceCount::replayed);
  EXPECT_EQ(table.use(1, 5, kNow, kNow), NonceCount::fresh);
  EXPECT_EQ(table.use(1, 4, kNow, kNow), NonceCount::replayed);
  EXPECT_EQ(table.use(2, 1, kNow, kNow), NonceCount::fresh);
  EXPECT_EQ(table.use(3, 0, kNow, kNow), NonceCount::replayed);
}

TEST(NonceCountTable, forgets_what_has_expired_and_never_takes_it_again) {
  NonceCountTable table(seconds(300));
  EXPECT_EQ(table.use(1, 1, kNow, kNow), NonceCount::fresh);
  const WallTime later = kNow + seconds(301);
  EXPECT_EQ(table.use(2, 1, later, later), NonceCount::fresh);
  EXPECT_EQ(table.size(), 1U);
  // The clock is set back: the nonce looks young again (F117).
  EXPECT_EQ(table.use(1, 1, kNow, kNow), NonceCount::replayed);
}

TEST(NonceCountTable, stays_within_its_limit_without_letting_a_replay_in) {
  NonceCountTable table(seconds(300), 4);
  for (int i = 0; i < 5; ++i) {
    const WallTime issued = kNow + seconds(i);
    EXPECT_EQ(table.use(static_cast<std::uint64_t>(i), 1, issued, issued), NonceCount::fresh);
    EXPECT_LE(table.size(), 4U);
  }
  EXPECT_EQ(table.use(0, 1, kNow, kNow + seconds(5)), NonceCount::replayed);
  EXPECT_EQ(table.use(1, 2, kNow + seconds(1), kNow + seconds(5)), NonceCount::replayed);
  EXPECT_EQ(table.use(4, 2, kNow + seconds(4), kNow + seconds(5)), NonceCount::fresh);
}

}  // namespace
}  // namespace ringfence::sip_core::digest
