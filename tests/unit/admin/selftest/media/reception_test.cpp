#include "admin/selftest/media/reception.hpp"

#include <gtest/gtest.h>

#include <array>

#include "admin/selftest/media/a_law.hpp"
#include "admin/selftest/media/tone.hpp"

namespace ringfence::admin {
namespace {

using std::chrono::milliseconds;

class ReceptionTest : public testing::Test {
 protected:
  // One packet of the tone, heard at the given time after the one before.
  void hear(milliseconds after = milliseconds(20)) {
    now_ += after;
    Octets payload;
    for (int i = 0; i < 160; ++i)
      payload.push_back(a_law_encode(tone_.next()));
    reception_.receive({kPayloadTypePcma, sequence_++, timestamp_, 1, payload}, now_);
    timestamp_ += 160;
  }
  void lose() {
    for (int i = 0; i < 160; ++i)
      tone_.next();
    ++sequence_;
    timestamp_ += 160;
    now_ += milliseconds(20);
  }

  Reception reception_{440, 620};
  ToneSource tone_{440};
  TimePoint now_{std::chrono::hours(1)};
  std::uint16_t sequence_ = 65530;         // wraps
  std::uint32_t timestamp_ = 0xffffff00U;  // likewise
};

TEST_F(ReceptionTest, HearsATonePacketAfterPacket) {
  for (int i = 0; i < 50; ++i)
    hear();
  EXPECT_EQ(reception_.packets(), 50U);
  EXPECT_EQ(reception_.expected(), 50U);
  EXPECT_EQ(reception_.gaps(), 0U);
  EXPECT_GT(reception_.expected_share(), 0.99);
  EXPECT_LT(reception_.own_share(), 0.001);
  EXPECT_NEAR(reception_.jitter_max_ms(), 0.0, 0.001);
}

TEST_F(ReceptionTest, AGapIsCountedAndSpoilsNoMeasurement) {
  for (int i = 0; i < 7; ++i)
    hear();
  lose();
  for (int i = 0; i < 20; ++i)
    hear();
  EXPECT_EQ(reception_.gaps(), 1U);
  EXPECT_EQ(reception_.packets(), 27U);
  EXPECT_EQ(reception_.expected(), 28U);
  EXPECT_GT(reception_.expected_share(), 0.99);
}

// RFC 3550 A.8: a sixteenth of how much a packet's spacing differs.
TEST_F(ReceptionTest, MeasuresJitterAsTheRfcHasIt) {
  hear();
  hear(milliseconds(36));
  EXPECT_NEAR(reception_.jitter_max_ms(), 1.0, 0.001);
  hear(milliseconds(4));
  EXPECT_NEAR(reception_.jitter_max_ms(), 1.0 + 15.0 / 16.0, 0.001);
}

TEST_F(ReceptionTest, APacketThatWasOvertakenIsNotMissing) {
  for (const std::uint16_t sequence : std::array<std::uint16_t, 5>{2, 4, 3, 1, 65535}) {
    reception_.receive({kPayloadTypePcma, sequence, 0, 1, {}}, now_);
  }
  EXPECT_EQ(reception_.packets(), 5U);
  EXPECT_EQ(reception_.expected(), 6U);  // number 0 alone did not come
}

TEST_F(ReceptionTest, AnotherPayloadTypeIsNotHeard) {
  reception_.receive({0, 1, 2, 3, {}}, now_);
  EXPECT_EQ(reception_.packets(), 0U);
  EXPECT_EQ(reception_.expected_share(), 0.0);
}

}  // namespace
}  // namespace ringfence::admin
