// Octets as lower-case hexadecimal digits, two for each, written where the caller has room for
// them.
#pragma once

#include <cstdint>
#include <span>

namespace ringfence {

// Gives the end of what was written.
inline char* write_hex(std::span<const std::uint8_t> octets, char* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (const std::uint8_t octet : octets) {
    *out++ = kDigits[octet >> 4];
    *out++ = kDigits[octet & 15];
  }
  return out;
}

}  // namespace ringfence
