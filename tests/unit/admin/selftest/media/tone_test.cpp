#include "admin/selftest/media/tone.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "admin/selftest/media/a_law.hpp"

namespace ringfence::admin {
namespace {

std::vector<std::int16_t> samples_of(double hertz, std::size_t count = 800) {
  ToneSource tone(hertz);
  std::vector<std::int16_t> samples;
  for (std::size_t i = 0; i < count; ++i)
    samples.push_back(tone.next());
  return samples;
}

TEST(Tone, IsAllThereIsInItsOwnSound) {
  EXPECT_NEAR(tone_share(samples_of(440), 440), 1.0, 0.001);
  EXPECT_NEAR(tone_share(samples_of(440), 620), 0.0, 0.001);
}

TEST(Tone, IsStillFoundAfterALaw) {
  auto samples = samples_of(620);
  for (auto& sample : samples)
    sample = a_law_decode(a_law_encode(sample));
  EXPECT_GT(tone_share(samples, 620), 0.99);
}

TEST(Tone, HasItsShareOfAMixture) {
  auto samples = samples_of(440);
  const auto other = samples_of(620);
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = static_cast<std::int16_t>(samples[i] + other[i]);
  EXPECT_NEAR(tone_share(samples, 440), 0.5, 0.01);
  EXPECT_NEAR(tone_share(samples, 620), 0.5, 0.01);
}

TEST(Tone, SilenceAndNothingHaveNone) {
  EXPECT_EQ(tone_share(std::vector<std::int16_t>(800, 0), 440), 0.0);
  EXPECT_EQ(tone_share({}, 440), 0.0);
}

TEST(Tone, GoesOnWithoutAJump) {
  // 445 Hz does not fit into a packet: only a continuous phase keeps it one tone.
  EXPECT_NEAR(tone_share(samples_of(445, 1600), 445), 1.0, 0.001);
}

}  // namespace
}  // namespace ringfence::admin
