#include "media-worker/srtp/replay_window.hpp"

#include <gtest/gtest.h>

namespace ringfence::media_worker::test {
namespace {

ReplayWindow standing_at(std::uint64_t index) {
  ReplayWindow window;
  window.accept(index);
  return window;
}

TEST(ReplayWindow, begins_at_counter_zero_wherever_the_first_number_is_R126) {
  EXPECT_EQ(ReplayWindow().index_of(0), 0u);
  EXPECT_EQ(ReplayWindow().index_of(65535), 65535u);
}

TEST(ReplayWindow, takes_the_index_nearest_to_the_last_R126) {
  EXPECT_EQ(standing_at(0x1fff0).index_of(5), 0x20005u);
  EXPECT_EQ(standing_at(0x20005).index_of(0xfff0), 0x1fff0u);
  EXPECT_EQ(standing_at(0x20005).index_of(0x8005), 0x28005u);
  EXPECT_EQ(standing_at(0x28005).index_of(0x0004), 0x30004u);
  EXPECT_EQ(standing_at(0x28005).index_of(0x0005), 0x20005u);
  EXPECT_EQ(standing_at(5).index_of(0xfff0), 0xfff0u);  // no counter below zero
}

TEST(ReplayWindow, knows_the_last_128_R128) {
  ReplayWindow window = standing_at(1000);
  EXPECT_FALSE(window.is_fresh(1000));
  EXPECT_TRUE(window.is_fresh(1000 - 127));
  EXPECT_FALSE(window.is_fresh(1000 - 128));
  window.accept(1000 - 127);
  EXPECT_FALSE(window.is_fresh(1000 - 127));
  window.accept(1001);
  EXPECT_FALSE(window.is_fresh(1000));
  EXPECT_TRUE(window.is_fresh(999));
  window.accept(1001 + 128);
  EXPECT_TRUE(window.is_fresh(1002));
  EXPECT_FALSE(window.is_fresh(1001));  // too old now
}

TEST(ReplayWindow, under_another_key_goes_on_from_where_it_stands_R127) {
  ReplayWindow window = standing_at(0x2fff0);
  window.forget();
  EXPECT_EQ(window.index_of(1), 0x30001u);
  EXPECT_TRUE(window.is_fresh(0x2ff00));  // of this key nothing was seen
  window.accept(0x2ff00);
  EXPECT_EQ(window.index_of(0xff01), 0x2ff01u);
  EXPECT_FALSE(window.is_fresh(0x2ff00));
}

}  // namespace
}  // namespace ringfence::media_worker::test
