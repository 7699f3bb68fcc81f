#include "admin/selftest/media/a_law.hpp"

#include <array>
#include <bit>

namespace ringfence::admin {
namespace {

// G.711 §2: even bits are inverted on the line.
constexpr std::uint8_t kInverted = 0x55;
constexpr std::uint8_t kPositive = 0x80;
constexpr int kMagnitudeBits = 12;  // of a sample of 13 bits; ours have three more

// Table 1a: eight segments of sixteen steps; the value given is the middle of its step.
constexpr std::int16_t decode_one(std::uint8_t octet) {
  const int code = octet ^ kInverted;
  const int segment = (code >> 4) & 7;
  const int step = code & 15;
  const int magnitude = segment == 0 ? (step << 4) + 8 : ((step << 4) + 0x108) << (segment - 1);
  return static_cast<std::int16_t>((code & kPositive) != 0 ? magnitude : -magnitude);
}

constexpr std::array<std::int16_t, 256> kDecoded = [] {
  std::array<std::int16_t, 256> table{};
  for (unsigned octet = 0; octet < table.size(); ++octet)
    table[octet] = decode_one(static_cast<std::uint8_t>(octet));
  return table;
}();

}  // namespace

std::uint8_t a_law_encode(std::int16_t sample) noexcept {
  const bool positive = sample >= 0;
  // -1 shares the smallest step with 0: the two halves are mirror images.
  const auto magnitude = static_cast<unsigned>(positive ? sample : -(sample + 1));
  const unsigned reduced = magnitude >> (15 - kMagnitudeBits);    // 0 to 4095
  const int highest = static_cast<int>(std::bit_width(reduced));  // 0 to 12
  constexpr int kFirstSegmentBits = 5;
  const unsigned segment =
      highest <= kFirstSegmentBits ? 0U : static_cast<unsigned>(highest - kFirstSegmentBits);
  const unsigned step = (segment == 0 ? reduced >> 1 : reduced >> segment) & 15U;
  const unsigned code = (segment << 4) | step | (positive ? kPositive : 0U);
  return static_cast<std::uint8_t>(code ^ kInverted);
}

std::int16_t a_law_decode(std::uint8_t octet) noexcept {
  return kDecoded[octet];
}

}  // namespace ringfence::admin
