// MediaCounters: what a leg counts, and, summed up over all of them, the process. Plain numbers
// that the packet path adds to; names come in only when somebody reads them.
#pragma once

#include <array>
#include <cstdint>

#include "media-worker/session/drop_reason.hpp"

namespace ringfence::media_worker {

struct MediaCounters {
  std::array<std::uint64_t, kDropReasons> dropped{};
  std::uint64_t rtcp_received = 0;
  std::uint64_t rtcp_sent = 0;
  std::uint64_t packets_received = 0;  // accepted, whether or not the other leg could take them
  std::uint64_t octets_received = 0;
  std::uint64_t packets_sent = 0;

  std::uint64_t dropped_for(DropReason reason) const noexcept {
    return dropped[static_cast<std::size_t>(reason)];
  }
  bool operator==(const MediaCounters&) const = default;
  void drop(DropReason reason) noexcept { ++dropped[static_cast<std::size_t>(reason)]; }
};

}  // namespace ringfence::media_worker
