// Cuts the range of RTP ports into one slice per media worker. Pure. A slice begins at an even port
// and ends at an odd one: RTP takes the even port, RTCP the next (RFC 3550 §11). Slices are equal
// but for the last, which takes the rest.
#pragma once

#include <cstdint>

#include "runtime/socket_address.hpp"

namespace ringfence::supervisor {

struct RtpSlice {
  Port low = 0;
  Port high = 0;  // inclusive

  auto operator<=>(const RtpSlice&) const = default;
};

// `index` counts from 0 to workers - 1; the range holds at least two ports per worker.
RtpSlice rtp_slice(Port low, Port high, std::uint32_t workers, std::uint32_t index);

}  // namespace ringfence::supervisor
