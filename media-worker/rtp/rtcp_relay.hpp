// relay_rtcp: the RTCP of one peer as the other may see it. Sender and receiver reports pass, so
// that both ends know the quality of the path; what names the inside of a network does not: every
// CNAME becomes a word of this session's own (RFC 3550 §6.5.1 wants one, and wants it constant),
// reasons of BYE, other SDES items and APP parts are left out. Pure; writes into `out` and
// allocates nothing. Fails on a malformed compound, or one that leaves nothing to say.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <span>

#include "media-worker/rtp/big_endian.hpp"
#include "media-worker/rtp/rtp_packet.hpp"

namespace ringfence::media_worker {

inline constexpr std::size_t kCnameSize = 16;
using Cname = std::array<char, kCnameSize>;

// Where our own numbering of relayed streams is undone in receiver reports.
class StreamNumbers {
 public:
  virtual ~StreamNumbers() = default;
  virtual std::uint32_t to_source(Ssrc ssrc, std::uint32_t extended_highest) const noexcept = 0;
};

enum class RelayError : std::uint8_t { malformed, nothing_left, too_long };

// `numbers` are those of the leg that the packet came from, for what was sent to it; may be null.
std::expected<std::size_t, RelayError> relay_rtcp(Octets in, std::span<std::uint8_t> out,
                                                  const Cname& cname,
                                                  const StreamNumbers* numbers) noexcept;

}  // namespace ringfence::media_worker
