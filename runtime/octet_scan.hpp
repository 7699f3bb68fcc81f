// Finding octets in text: those that end a line or must not stand in one (control octets but HTAB,
// and DEL), and any of a few given ones. Sixteen at a time where the processor can. Reads nothing
// beyond `end`; `at` and `end` count octets from `data`.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace ringfence {

constexpr bool is_control_octet(char c) noexcept {
  const auto octet = static_cast<unsigned char>(c);
  return (octet < 0x20 && c != '\t') || octet == 0x7f;
}

namespace octet_scan {

// A bit for each of eight octets; the lowest one set is exact, which is all that is asked of it.
inline std::uint64_t control_bits(std::uint64_t word) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  const std::uint64_t below = (word - kOnes * 0x20) & ~word & kHighs;
  const std::uint64_t deletes = word ^ (kOnes * 0x7f);
  return below | ((deletes - kOnes) & ~deletes & kHighs);
}

inline std::size_t by_octets(const char* data, std::size_t at, std::size_t end) noexcept {
  while (at < end && !is_control_octet(data[at]))
    ++at;
  return at;
}

inline std::size_t by_words(const char* data, std::size_t at, std::size_t end) noexcept {
  while (at + 8 <= end) {
    std::uint64_t word = 0;
    std::memcpy(&word, data + at, 8);
    const std::uint64_t found = std::endian::native == std::endian::little ? control_bits(word) : 1;
    if (found == 0) {
      at += 8;
      continue;
    }
    const std::size_t stop = at + 8;
    at = by_octets(data, at + static_cast<std::size_t>(std::countr_zero(found)) / 8, stop);
    if (at < stop) return at;
  }
  return by_octets(data, at, end);
}

#if defined(__SSE2__)
inline std::size_t by_vectors(const char* data, std::size_t at, std::size_t end) noexcept {
  const __m128i highest = _mm_set1_epi8(0x1f);
  const __m128i tab = _mm_set1_epi8('\t');
  const __m128i del = _mm_set1_epi8(0x7f);
  for (; at + 16 <= end; at += 16) {
    __m128i octets;
    std::memcpy(&octets, data + at, 16);
    const __m128i below = _mm_cmpeq_epi8(_mm_min_epu8(octets, highest), octets);
    const __m128i controls = _mm_andnot_si128(_mm_cmpeq_epi8(octets, tab), below);
    const __m128i found = _mm_or_si128(controls, _mm_cmpeq_epi8(octets, del));
    const auto bits = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (bits != 0) return at + static_cast<std::size_t>(std::countr_zero(bits));
  }
  return by_words(data, at, end);
}
#endif

}  // namespace octet_scan

// The first octet at or after `at` that is one of these, else `end`.
template <char... kWanted>
std::size_t find_any(const char* data, std::size_t at, std::size_t end) noexcept {
#if defined(__SSE2__)
  for (; at + 16 <= end; at += 16) {
    __m128i octets;
    std::memcpy(&octets, data + at, 16);
    __m128i found = _mm_setzero_si128();
    ((found = _mm_or_si128(found, _mm_cmpeq_epi8(octets, _mm_set1_epi8(kWanted)))), ...);
    const auto bits = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (bits != 0) return at + static_cast<std::size_t>(std::countr_zero(bits));
  }
#endif
  while (at < end && !((data[at] == kWanted) || ...))
    ++at;
  return at;
}

// The first control octet at or after `at`, else `end`.
inline std::size_t find_control(const char* data, std::size_t at, std::size_t end) noexcept {
#if defined(__SSE2__)
  return octet_scan::by_vectors(data, at, end);
#else
  return octet_scan::by_words(data, at, end);
#endif
}

}  // namespace ringfence
