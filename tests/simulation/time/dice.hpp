// Dice: all chance of a simulation, from a seed. Each part throws dice of its own, so that what one
// part draws more or less does not change what the others see. Its numbers are the same with every
// standard library.
#pragma once

#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include "runtime/clock.hpp"

namespace ringfence::simulation {

class Dice {
 public:
  Dice(std::uint64_t seed, std::string_view part);

  std::uint64_t number() { return engine_(); }
  // From 0 up to but not including `bound`.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
  bool chance(double probability);
  Duration between(Duration low, Duration high);
  // Waiting times of a Poisson process.
  Duration exponential(Duration mean);
  template <typename T>
  T& pick(std::vector<T>& from) {
    return from[below(from.size())];
  }

 private:
  double unit();
  std::mt19937_64 engine_;
};

}  // namespace ringfence::simulation
