// Limits of one SIP message (R037). Whatever goes past them is refused before anything is
// allocated for it; tls-front's framer has the same numbers. Octets unless named otherwise.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ringfence::sip_core::sip {

inline constexpr std::size_t kMaxStartLine = 8UZ * 1024;
inline constexpr std::size_t kMaxHeaderField = 8UZ * 1024;  // one field, name and folds included
inline constexpr std::size_t kMaxHeaderFields = 128;
inline constexpr std::size_t kMaxHeaderSection = 64UZ * 1024;
inline constexpr std::size_t kMaxBody = 64UZ * 1024;
inline constexpr std::size_t kMaxUriParameters = 64;  // of one URI, Via or name-addr

}  // namespace ringfence::sip_core::sip
