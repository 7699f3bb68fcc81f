// Limits of one session description (F089): beyond them it is refused whole.
#pragma once

#include <cstddef>

namespace ringfence::sip_core::sdp {

inline constexpr std::size_t kMaxDescription = 64UZ * 1024;  // octets
inline constexpr std::size_t kMaxLine = 4UZ * 1024;          // octets
inline constexpr std::size_t kMaxMedia = 32;
inline constexpr std::size_t kMaxAttributes = 512;  // of one level
inline constexpr std::size_t kMaxFormats = 128;     // of one m-line

}  // namespace ringfence::sip_core::sdp
