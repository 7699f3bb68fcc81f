// Random: where unpredictable octets come from. Engines get one passed in; simulations pass a
// seeded one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>

namespace ringfence {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  std::uint64_t number();
  // `octets` random octets as lower-case hexadecimal: tags, branches, Call-IDs.
  std::string token(std::size_t octets);
};

// The kernel's generator; aborts when it fails, for nothing may go on without it.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

// Repeats itself from a seed: tests and simulations only.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::mt19937_64 engine_;
};

}  // namespace ringfence
