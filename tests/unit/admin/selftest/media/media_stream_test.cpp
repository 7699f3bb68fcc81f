#include "admin/selftest/media/media_stream.hpp"

#include <gtest/gtest.h>

#include "admin/selftest/media/sdp_exchange.hpp"

namespace ringfence::admin {
namespace {

class MediaStreamTest : public testing::Test {
 protected:
  static MediaStream stream(const SecretBytes& send, const SecretBytes& receive,
                            const Tones& tones) {
    SeededRandom random(7);
    return {std::move(*SrtpPair::create(send, receive)), tones, random};
  }

  SrtpLibrary library_ = std::move(*SrtpLibrary::start());
  SeededRandom random_{1};
  SecretBytes key_a_ = fresh_media_key(random_);
  SecretBytes key_b_ = fresh_media_key(random_);
  MediaStream a_ = stream(key_a_, key_b_, {440, 620});
  MediaStream b_ = stream(key_b_, key_a_, {620, 440});
  TimePoint now_{std::chrono::hours(1)};
};

TEST_F(MediaStreamTest, WhatOneSendsTheOtherHears) {
  for (int i = 0; i < 50; ++i)
    b_.receive_rtp(*a_.next_packet(), now_ += kFrame);
  b_.receive_rtcp(*a_.next_report(WallTime()));
  const MediaMeasurement heard = b_.measurement();
  EXPECT_EQ(a_.measurement().sent, 50U);
  EXPECT_EQ(heard.received, 50U);
  EXPECT_GT(heard.expected_share, 0.99);
  EXPECT_EQ(heard.reports_received, 1U);
  EXPECT_EQ(heard.refused, 0U);
}

TEST_F(MediaStreamTest, APacketIsSrtpAndNothingElse) {
  const Octets packet = *a_.next_packet();
  EXPECT_EQ(packet.size(), 12U + 160U + 10U);
  EXPECT_FALSE(is_sender_report(*a_.next_report(WallTime())) &&
               a_.next_report(WallTime())->size() < 60);
}

TEST_F(MediaStreamTest, RefusesWhatIsNotUnderTheAgreedKeyAndWhatComesTwice) {
  const Octets own = *b_.next_packet();
  b_.receive_rtp(own, now_);
  const Octets packet = *a_.next_packet();
  b_.receive_rtp(packet, now_);
  b_.receive_rtp(packet, now_);
  b_.receive_rtp(Octets{1, 2, 3}, now_);
  Octets changed = *a_.next_packet();
  changed[20] ^= 1U;
  b_.receive_rtp(changed, now_);
  b_.receive_rtcp(changed);
  EXPECT_EQ(b_.measurement().received, 1U);
  EXPECT_EQ(b_.measurement().refused, 5U);
}

TEST_F(MediaStreamTest, AKeyOfAnotherLengthIsRefused) {
  EXPECT_FALSE(SrtpPair::create(SecretBytes(29), key_b_));
}

}  // namespace
}  // namespace ringfence::admin
