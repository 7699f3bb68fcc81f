#include "media-worker/rtp/round_trip.hpp"

#include <gtest/gtest.h>

#include "support/packets.hpp"

namespace ringfence::media_worker::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t kUs = 0xaaaa;
constexpr std::uint32_t kPeer = 0xbbbb;
constexpr std::uint32_t kHalfASecond = 0x8000;

class RoundTripTest : public testing::Test {
 protected:
  static TimePoint at(milliseconds time) { return TimePoint(seconds(100)) + time; }
  void left(std::uint32_t middle_ntp, milliseconds time, std::uint32_t ssrc = kUs) {
    trip_.left(sender_report(ssrc, middle_ntp), at(time));
  }
  void arrived(std::uint32_t last_report, std::uint32_t delay, milliseconds time,
               std::uint32_t about = kUs) {
    trip_.arrived(receiver_report(kPeer, about, 7, last_report, delay), at(time));
  }
  milliseconds trip() const {
    return std::chrono::round<milliseconds>(trip_.mean().value_or(milliseconds(-1)));
  }

  RoundTrip trip_;
};

// RFC 3550 §6.4.1: A - LSR - DLSR, with the time that we know it left for LSR.
TEST_F(RoundTripTest, is_the_arrival_less_the_leaving_and_the_time_that_the_peer_kept_it) {
  left(0x12345678, milliseconds(0));
  arrived(0x12345678, kHalfASecond, milliseconds(540));
  EXPECT_EQ(trip(), milliseconds(40));
}

TEST_F(RoundTripTest, is_the_mean_of_what_was_measured) {
  left(1, milliseconds(0));
  arrived(1, 0, milliseconds(20));
  left(2, milliseconds(5000));
  arrived(2, 0, milliseconds(5040));
  EXPECT_EQ(trip(), milliseconds(30));
}

TEST_F(RoundTripTest, is_measured_too_where_a_later_report_crossed_the_answer) {
  left(1, milliseconds(0));
  left(2, milliseconds(90));
  left(3, milliseconds(95));
  arrived(1, 0, milliseconds(100));
  EXPECT_EQ(trip(), milliseconds(100));
}

TEST_F(RoundTripTest, is_read_in_sender_reports_too_behind_what_is_sent) {
  left(1, milliseconds(0));
  Packet report = sender_report(kPeer, 9);
  const Packet block = receiver_report(kPeer, kUs, 7, 1, 0);
  report[0] = 0x81;
  report[3] = 12;
  report.insert(report.end(), block.begin() + 8, block.end());
  trip_.arrived(source_description(kPeer, "peer") + report, at(milliseconds(30)));
  EXPECT_EQ(trip(), milliseconds(30));
}

TEST_F(RoundTripTest, is_not_known_from_what_nobody_sent) {
  arrived(0, 0, milliseconds(10));
  left(1, milliseconds(20));
  arrived(0, 0, milliseconds(30));           // the peer has heard no report yet
  arrived(2, 0, milliseconds(30));           // or one that we do not know
  arrived(1, 0, milliseconds(30), kUs + 1);  // or it is about another stream
  EXPECT_FALSE(trip_.mean());
}

TEST_F(RoundTripTest, is_not_known_from_a_delay_that_cannot_be_true) {
  left(1, milliseconds(0));
  arrived(1, kHalfASecond, milliseconds(100));
  arrived(1, 0, milliseconds(3'600'000));
  EXPECT_FALSE(trip_.mean());
}

TEST_F(RoundTripTest, is_zero_where_the_peer_only_rounded) {
  left(1, milliseconds(0));
  arrived(1, kHalfASecond, milliseconds(497));
  EXPECT_EQ(trip(), milliseconds(0));
}

TEST_F(RoundTripTest, is_not_read_behind_the_end_of_a_packet) {
  left(1, milliseconds(0));
  Packet cut = receiver_report(kPeer, kUs, 7, 1, 0);
  cut[0] = 0x9f;  // 31 blocks, it says
  trip_.arrived(cut, at(milliseconds(10)));
  EXPECT_EQ(trip(), milliseconds(10));
  trip_.left(Packet{0x80, 200, 0, 1, 0, 0, 0, 1}, at(milliseconds(20)));
}

}  // namespace
}  // namespace ringfence::media_worker::test
