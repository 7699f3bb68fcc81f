// Random: where unpredictable octets come from. Engines get one passed in; simulations pass a
// seeded one.
#pragma once

#include <array>
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

// The kernel's generator, fetched some octets ahead, for a call needs a dozen small numbers. What
// was handed out is wiped. Aborts when the kernel fails, for nothing may go on without it.
class SystemRandom final : public Random {
 public:
  SystemRandom() = default;
  SystemRandom(const SystemRandom&) = delete;  // a copy would repeat what is ahead
  SystemRandom& operator=(const SystemRandom&) = delete;
  ~SystemRandom() override;
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::array<std::uint8_t, 512> ahead_{};
  std::size_t left_ = 0;  // unused octets, at the end of `ahead_`
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
