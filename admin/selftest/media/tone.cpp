#include "admin/selftest/media/tone.hpp"

#include <cmath>
#include <numbers>

namespace ringfence::admin {
namespace {

// 9 dB below full scale: loud, and clear of clipping.
constexpr double kAmplitude = 11000.0;

}  // namespace

ToneSource::ToneSource(double hertz) : step_(2.0 * std::numbers::pi * hertz / kSampleRate) {}

std::int16_t ToneSource::next() {
  const double sample = kAmplitude * std::sin(phase_);
  phase_ = std::fmod(phase_ + step_, 2.0 * std::numbers::pi);
  return static_cast<std::int16_t>(std::lround(sample));
}

double tone_share(std::span<const std::int16_t> samples, double hertz) {
  const double coefficient = 2.0 * std::cos(2.0 * std::numbers::pi * hertz / kSampleRate);
  double before = 0.0;
  double last = 0.0;
  double energy = 0.0;
  for (const std::int16_t sample : samples) {
    const double value = sample;
    const double next = value + coefficient * last - before;
    before = last;
    last = next;
    energy += value * value;
  }
  if (energy <= 0.0) return 0.0;
  const double power = last * last + before * before - coefficient * last * before;
  // A pure tone of amplitude A: power = (A N / 2)², energy = A² N / 2.
  return 2.0 * power / (energy * static_cast<double>(samples.size()));
}

}  // namespace ringfence::admin
