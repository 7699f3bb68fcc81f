// ToneSource: a sine without jumps, sample after sample, and how much of a received sound it is.
// 8000 samples per second throughout.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ringfence::admin {

inline constexpr double kSampleRate = 8000.0;

class ToneSource {
 public:
  explicit ToneSource(double hertz);
  std::int16_t next();

 private:
  double step_;
  double phase_ = 0.0;
};

// Share of the power in `samples` that lies at `hertz` (Goertzel), from 0 to 1. Exact where the
// samples hold whole periods; 0 for silence.
double tone_share(std::span<const std::int16_t> samples, double hertz);

}  // namespace ringfence::admin
