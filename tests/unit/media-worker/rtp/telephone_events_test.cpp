#include "media-worker/rtp/telephone_events.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/packets.hpp"

namespace ringfence::media_worker::test {
namespace {

using std::chrono::milliseconds;

class TelephoneEventsTest : public testing::Test {
 protected:
  void press(std::uint8_t code, milliseconds duration = milliseconds(60)) {
    events_.press({code, duration}, now_);
  }
  // A frame of speech, 20 ms after the one before, with the marker bit and an extension.
  Packet next_frame() {
    Packet speech{0x90, 0x88, 0, 0};
    append_words(speech, {timestamp_, ssrc_, 0xbede0001, 0x10ff0000});
    speech.insert(speech.end(), 160, 0xd5);
    speech[2] = static_cast<std::uint8_t>(sequence_ >> 8);
    speech[3] = static_cast<std::uint8_t>(sequence_);
    ++sequence_;
    timestamp_ += format_.clock_rate / 50;
    now_ += milliseconds(20);
    return speech;
  }
  Packet sent(const Packet& packet) {
    Stored stored(packet);
    stored.size = events_.replace(stored.octets(), stored.size, format_, now_);
    return stored.packet();
  }
  Packet next_sent() { return sent(next_frame()); }

  TelephoneEvents events_;
  EventFormat format_{101, 8000};
  TimePoint now_{std::chrono::hours(1)};
  std::uint16_t sequence_ = 0xfffe;
  std::uint32_t timestamp_ = 0x00001000;
  std::uint32_t ssrc_ = 0xaabbccdd;
};

// RFC 4733 §2.3 and §2.5: key 5 for 60 ms, of 20 ms packets.
TEST_F(TelephoneEventsTest, a_key_takes_the_place_of_speech_in_its_own_sequence) {
  press(5);
  //                             marker, sequence, timestamp, SSRC,    event E/volume duration
  EXPECT_EQ(next_sent(), octets("80e5fffe00001000aabbccdd050a00a0"));
  EXPECT_EQ(next_sent(), octets("8065ffff00001000aabbccdd050a0140"));
  EXPECT_EQ(next_sent(), octets("8065000000001000aabbccdd058a01e0"));
  EXPECT_EQ(next_sent(), octets("8065000100001000aabbccdd058a01e0"));
  EXPECT_EQ(next_sent(), octets("8065000200001000aabbccdd058a01e0"));
  EXPECT_FALSE(events_.waiting());
  const Packet speech = next_frame();
  EXPECT_EQ(sent(speech), speech);
}

TEST_F(TelephoneEventsTest, keys_are_told_one_after_another_each_with_a_beginning_of_its_own) {
  press(11, milliseconds(40));
  press(0, milliseconds(40));
  for (int i = 0; i < 4; ++i)
    next_sent();
  EXPECT_EQ(next_sent(), octets("80e5000200001280aabbccdd000a00a0"));
}

TEST_F(TelephoneEventsTest, a_gap_in_the_stream_lengthens_nothing) {
  press(5, milliseconds(100));
  next_sent();
  for (int i = 0; i < 30; ++i)
    next_frame();
  const Packet last = next_sent();
  EXPECT_EQ(last[13], 0x8a);
  EXPECT_EQ(read_16(last, 14), 800);
}

TEST_F(TelephoneEventsTest, an_overtaken_packet_takes_nothing_back) {
  press(5, milliseconds(100));
  const Packet first = next_frame();
  const Packet second = next_frame();
  const Packet third = next_frame();
  EXPECT_EQ(read_16(sent(first), 14), 160);
  EXPECT_EQ(read_16(sent(third), 14), 480);
  EXPECT_EQ(read_16(sent(second), 14), 480);
}

TEST_F(TelephoneEventsTest, another_stream_is_told_the_key_from_its_beginning) {
  press(5, milliseconds(100));
  next_sent();
  ssrc_ = 0x11111111;
  timestamp_ = 0x77770000;
  EXPECT_EQ(next_sent(), octets("80e5ffff7777000011111111050a00a0"));
}

TEST_F(TelephoneEventsTest, keys_that_no_stream_came_for_are_forgotten) {
  press(5);
  now_ += TelephoneEvents::kPatience;
  const Packet speech = next_frame();
  EXPECT_EQ(sent(speech), speech);
  EXPECT_FALSE(events_.waiting());
}

TEST_F(TelephoneEventsTest, there_is_room_for_sixteen_keys) {
  for (std::uint8_t i = 0; i < 20; ++i)
    press(i % 10, milliseconds(40));
  std::size_t told = 0;
  for (; events_.waiting(); ++told)
    next_sent();
  EXPECT_EQ(told, TelephoneEvents::kMost * 4);
}

TEST_F(TelephoneEventsTest, the_longest_event_fits_its_field) {
  format_.clock_rate = 48000;
  press(5, milliseconds(5000));
  std::uint16_t longest = 0;
  while (events_.waiting())
    longest = std::max(longest, read_16(next_sent(), 14));
  EXPECT_EQ(longest, 0xffff);
}

}  // namespace
}  // namespace ringfence::media_worker::test
