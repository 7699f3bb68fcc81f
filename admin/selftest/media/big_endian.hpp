// Numbers in network order, into and out of packets. The caller has checked the size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ringfence::admin {

using Octets = std::vector<std::uint8_t>;

template <typename T>
void append_big_endian(Octets& out, T value) {
  for (std::size_t i = sizeof(T); i-- > 0;)
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

template <typename T>
T read_big_endian(std::span<const std::uint8_t> octets, std::size_t offset) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>((value << 8) | octets[offset + i]);
  return value;
}

}  // namespace ringfence::admin
