#include "media-worker/rtp/interarrival_jitter.hpp"

#include <gtest/gtest.h>

#include "media-worker/rtp/clock_rates.hpp"

namespace ringfence::media_worker::test {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class InterarrivalJitterTest : public testing::Test {
 protected:
  // A packet that was made `made` ticks after the first, and comes at `at`.
  void arrive(std::uint32_t made, milliseconds at, std::uint32_t rate = 8000, Ssrc ssrc = Ssrc(1)) {
    RtpHeader header;
    header.ssrc = ssrc;
    header.timestamp = 0xffffff00U + made;  // wraps on the way
    jitter_.arrived(header, rate, TimePoint(seconds(100)) + at);
  }
  microseconds jitter() const {
    return std::chrono::round<microseconds>(jitter_.value().value_or(Duration(-1)));
  }

  InterarrivalJitter jitter_;
};

TEST_F(InterarrivalJitterTest, is_not_known_of_one_packet) {
  EXPECT_FALSE(jitter_.value());
  arrive(0, milliseconds(0));
  EXPECT_FALSE(jitter_.value());
}

TEST_F(InterarrivalJitterTest, is_zero_for_a_stream_that_comes_as_it_was_made) {
  for (std::uint32_t i = 0; i < 10; ++i)
    arrive(160 * i, milliseconds(20 * i));
  EXPECT_EQ(jitter(), microseconds(0));
}

// RFC 3550 A.8: J += (|D| - J) / 16.
TEST_F(InterarrivalJitterTest, takes_a_sixteenth_of_each_difference) {
  arrive(0, milliseconds(0));
  arrive(160, milliseconds(36));  // 16 ms late
  EXPECT_EQ(jitter(), microseconds(1000));
  arrive(320, milliseconds(40));  // and on time again: 16 ms early beside the last
  EXPECT_EQ(jitter(), microseconds(1938));
  arrive(480, milliseconds(60));
  EXPECT_EQ(jitter(), microseconds(1816));
}

TEST_F(InterarrivalJitterTest, takes_no_pause_of_a_codec_that_keeps_silent_for_unevenness) {
  arrive(0, milliseconds(0));
  arrive(160, milliseconds(20));
  arrive(160 + 80000, milliseconds(10'020));
  EXPECT_EQ(jitter(), microseconds(0));
}

TEST_F(InterarrivalJitterTest, goes_by_the_clock_of_the_payload_type) {
  arrive(0, milliseconds(0), 48000);
  arrive(960, milliseconds(20), 48000);
  EXPECT_EQ(jitter(), microseconds(0));
  // Between two codecs of different clocks nothing can be said.
  arrive(960 + 160, milliseconds(60), 8000);
  arrive(960 + 320, milliseconds(96), 8000);
  EXPECT_EQ(jitter(), microseconds(1000));
}

TEST_F(InterarrivalJitterTest, begins_anew_with_another_stream_or_another_clock_of_the_source) {
  arrive(0, milliseconds(0));
  arrive(160, milliseconds(20));
  arrive(7'000'000, milliseconds(40));
  EXPECT_EQ(jitter(), microseconds(0));
  arrive(11, milliseconds(90), 8000, Ssrc(2));
  EXPECT_EQ(jitter(), microseconds(0));
}

TEST(ClockRates, know_what_was_said_first_of_a_type_and_as_many_as_there_is_room_for) {
  ClockRates rates;
  rates.add(9, 8000);
  rates.add(9, 16000);
  rates.add(96, 0);
  EXPECT_EQ(rates.of(9), 8000U);
  EXPECT_EQ(rates.of(96), 0U);
  EXPECT_EQ(rates.of(0), 0U);
  for (std::uint8_t type = 100; type < 120; ++type)
    rates.add(type, 48000);
  EXPECT_EQ(rates.of(110), 48000U);
  EXPECT_EQ(rates.of(111), 0U);
  EXPECT_EQ(rates.of(9), 8000U);
}

}  // namespace
}  // namespace ringfence::media_worker::test
