#include "tests/simulation/time/dice.hpp"

#include <cmath>

namespace ringfence::simulation {

namespace {

// FNV-1a: any two parts of one seed draw from unrelated streams.
std::uint64_t mixed(std::uint64_t seed, std::string_view part) {
  std::uint64_t hash = 0xcbf29ce484222325ULL ^ seed * 0x9e3779b97f4a7c15ULL;
  for (const char c : part)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

}  // namespace

Dice::Dice(std::uint64_t seed, std::string_view part) : engine_(mixed(seed, part)) {}

double Dice::unit() {
  return static_cast<double>(engine_() >> 11) * 0x1.0p-53;
}

bool Dice::chance(double probability) {
  return unit() < probability;
}

Duration Dice::between(Duration low, Duration high) {
  const auto span = static_cast<double>((high - low).count());
  return low + Duration(static_cast<Duration::rep>(span * unit()));
}

Duration Dice::exponential(Duration mean) {
  return Duration(
      static_cast<Duration::rep>(-std::log(1.0 - unit()) * static_cast<double>(mean.count())));
}

}  // namespace ringfence::simulation
