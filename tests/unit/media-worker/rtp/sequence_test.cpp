#include <gtest/gtest.h>

#include <vector>

#include "media-worker/rtp/reception_statistics.hpp"
#include "media-worker/rtp/sequence_map.hpp"

namespace ringfence::media_worker::test {
namespace {

std::vector<std::uint16_t> numbers(std::initializer_list<int> list) {
  std::vector<std::uint16_t> result;
  for (const int n : list)
    result.push_back(static_cast<std::uint16_t>(n));
  return result;
}

TEST(SequenceMap, leaves_a_stream_alone_that_begins_low) {
  SequenceMap map;
  for (const auto n : numbers({1000, 1001, 1003, 1002, 1500}))
    EXPECT_EQ(map.outgoing(n), n);
}

TEST(SequenceMap, begins_below_32768_whatever_the_source_begins_with_R121) {
  for (unsigned first = 0; first <= 0xffff; ++first) {
    SequenceMap map;
    EXPECT_LT(*map.outgoing(static_cast<std::uint16_t>(first)), 0x8000) << first;
  }
}

TEST(SequenceMap, never_goes_below_zero_for_a_packet_from_before_the_first) {
  SequenceMap map;
  const std::uint16_t first = *map.outgoing(0);
  EXPECT_EQ(map.outgoing(0xffff), first - 1);
  EXPECT_EQ(map.outgoing(1), first + 1);
}

TEST(SequenceMap, keeps_loss_and_order_across_the_wrap_of_the_source) {
  SequenceMap map;
  const std::uint16_t first = *map.outgoing(65533);
  EXPECT_EQ(first, 32765);
  EXPECT_EQ(map.outgoing(65535), first + 2);
  EXPECT_EQ(map.outgoing(1), first + 4);
  EXPECT_EQ(map.outgoing(0), first + 3);
}

TEST(SequenceMap, closes_up_a_jump_of_the_source_F095) {
  SequenceMap map;
  EXPECT_EQ(map.outgoing(500), 500);
  EXPECT_EQ(map.outgoing(40000), 501);
  EXPECT_EQ(map.outgoing(40001), 502);
  EXPECT_EQ(map.outgoing(3), 503);
}

TEST(SequenceMap, lets_nothing_below_its_seal_leave_R135) {
  SequenceMap map;
  EXPECT_EQ(map.outgoing(1000), 1000);
  map.seal();
  EXPECT_FALSE(map.outgoing(1000));
  EXPECT_FALSE(map.outgoing(950));
  EXPECT_EQ(map.outgoing(1001), 1001);
  EXPECT_EQ(map.outgoing(20), 1002);  // a jump is closed up above it
}

TEST(SequenceMap, undoes_itself_in_reports_of_the_receiver) {
  SequenceMap map;
  map.outgoing(65000);
  EXPECT_EQ(map.to_source(32232), 65000u);
  for (std::uint32_t n = 65001; n < 65000 + 70000; ++n)
    map.outgoing(static_cast<std::uint16_t>(n));
  EXPECT_EQ(map.to_source(32232 + 69999), 65000u + 69999);
}

TEST(ReceptionStatistics, counts_what_is_missing) {
  ReceptionStatistics statistics;
  for (const auto n : numbers({10, 11, 13, 15}))
    statistics.received(Ssrc(1), n);
  EXPECT_EQ(statistics.lost(), 2u);
  EXPECT_EQ(statistics.received(Ssrc(1), 12), PacketOrder::late);
  EXPECT_EQ(statistics.lost(), 1u);
}

TEST(ReceptionStatistics, counts_across_the_wrap) {
  ReceptionStatistics statistics;
  for (const auto n : numbers({65534, 65535, 1, 2}))
    EXPECT_EQ(statistics.received(Ssrc(1), n), PacketOrder::newest);
  EXPECT_EQ(statistics.lost(), 1u);
}

TEST(ReceptionStatistics, duplicates_are_no_negative_loss) {
  ReceptionStatistics statistics;
  for (const auto n : numbers({10, 10, 10, 12}))
    statistics.received(Ssrc(1), n);
  EXPECT_EQ(statistics.lost(), 0u);
}

TEST(ReceptionStatistics, a_packet_from_before_the_first_was_expected_too) {
  ReceptionStatistics statistics;
  for (const auto n : numbers({0, 65534}))
    statistics.received(Ssrc(1), n);
  EXPECT_EQ(statistics.lost(), 1u);
}

TEST(ReceptionStatistics, a_new_source_or_a_restart_keeps_the_loss_of_the_old_F095) {
  ReceptionStatistics statistics;
  statistics.received(Ssrc(1), 10);
  statistics.received(Ssrc(1), 12);
  EXPECT_EQ(statistics.received(Ssrc(2), 50000), PacketOrder::newest);
  statistics.received(Ssrc(2), 50003);
  EXPECT_EQ(statistics.lost(), 3u);
  statistics.received(Ssrc(2), 100);
  EXPECT_EQ(statistics.lost(), 3u);
}

TEST(ReceptionStatistics, counts_extended_numbers_over_many_wraps) {
  ReceptionStatistics statistics;
  std::uint64_t lost = 0;
  for (std::uint32_t n = 0; n < 300000; ++n) {
    if (n % 100 == 99) {
      ++lost;
      continue;
    }
    statistics.received(Ssrc(1), static_cast<std::uint16_t>(n));
  }
  EXPECT_EQ(statistics.lost(), lost - 1);  // the very last one is not known to be missing
}

}  // namespace
}  // namespace ringfence::media_worker::test
