#include "recorder/recording/wav_repair.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace ringfence::recorder {
namespace {

WavHeader header() {
  WavHeader octets{};
  const auto put = [&](std::size_t place, std::string_view word) {
    std::ranges::copy(word, octets.begin() + static_cast<std::ptrdiff_t>(place));
  };
  put(0, "RIFF");
  put(8, "WAVEfmt ");
  put(36, "data");
  return octets;
}

TEST(WavRepairTest, the_lengths_become_those_of_the_sound_that_is_there) {
  const auto repair = repair_wav(header(), 44 + 4 * 300);
  ASSERT_TRUE(repair);
  EXPECT_EQ(repair->frames, 300U);
  EXPECT_EQ(repair->file_size, 44U + 1200);
  EXPECT_EQ(repair->header[4], (36 + 1200) & 255);
  EXPECT_EQ(repair->header[5], (36 + 1200) >> 8);
  EXPECT_EQ(repair->header[40], 1200 & 255);
  EXPECT_EQ(repair->header[41], 1200 >> 8);
}

TEST(WavRepairTest, a_sample_that_is_not_whole_is_cut_off) {
  EXPECT_EQ(repair_wav(header(), 44 + 4 * 300 + 3)->file_size, 44U + 1200);
}

TEST(WavRepairTest, without_sound_or_without_a_header_there_is_nothing_to_keep) {
  EXPECT_FALSE(repair_wav(header(), 44));
  EXPECT_FALSE(repair_wav(header(), 47));
  EXPECT_FALSE(repair_wav(WavHeader{}, 4000));
}

}  // namespace
}  // namespace ringfence::recorder
