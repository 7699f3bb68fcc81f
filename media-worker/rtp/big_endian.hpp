// Big-endian fields of a packet, by offset. The caller has checked the length first: each reader
// states what it needs, and nothing here looks past its span. Never casts a packet to a struct.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ringfence::media_worker {

using Octets = std::span<const std::uint8_t>;

// Needs offset + 2 octets.
inline std::uint16_t read_16(Octets octets, std::size_t offset) noexcept {
  return static_cast<std::uint16_t>(octets[offset] << 8 | octets[offset + 1]);
}

// Needs offset + 4 octets.
inline std::uint32_t read_32(Octets octets, std::size_t offset) noexcept {
  return static_cast<std::uint32_t>(read_16(octets, offset)) << 16 | read_16(octets, offset + 2);
}

inline void write_16(std::span<std::uint8_t> octets, std::size_t offset,
                     std::uint16_t value) noexcept {
  octets[offset] = static_cast<std::uint8_t>(value >> 8);
  octets[offset + 1] = static_cast<std::uint8_t>(value);
}

inline void write_32(std::span<std::uint8_t> octets, std::size_t offset,
                     std::uint32_t value) noexcept {
  write_16(octets, offset, static_cast<std::uint16_t>(value >> 16));
  write_16(octets, offset + 2, static_cast<std::uint16_t>(value));
}

}  // namespace ringfence::media_worker
