#include "supervisor/child/rtp_slice.hpp"

namespace ringfence::supervisor {

RtpSlice rtp_slice(Port low, Port high, std::uint32_t workers, std::uint32_t index) {
  const std::uint32_t first = (std::uint32_t{low} + 1) / 2 * 2;
  const std::uint32_t end = (std::uint32_t{high} + 1) / 2 * 2;  // one past the last odd port
  const std::uint32_t pairs = (end - first) / 2;
  const std::uint32_t pairs_each = pairs / workers;
  const std::uint32_t start = first + index * pairs_each * 2;
  const std::uint32_t stop = index + 1 == workers ? end : start + pairs_each * 2;
  return {static_cast<Port>(start), static_cast<Port>(stop - 1)};
}

}  // namespace ringfence::supervisor
