// What a datagram on a media port is, by its first two octets: RFC 7983 §7 for the first, RFC 5761
// §4 for telling RTCP from RTP. It says nothing on whether the packet is well-formed.
#pragma once

#include <cstdint>

#include "media-worker/rtp/big_endian.hpp"

namespace ringfence::media_worker {

enum class PacketKind : std::uint8_t { rtp, rtcp, neither };

inline PacketKind packet_kind(Octets packet) noexcept {
  // RFC 7983 §7: 128 to 191 is RTP or RTCP; STUN, ZRTP, DTLS and TURN channels lie elsewhere.
  if (packet.size() < 2 || (packet[0] & 0xc0) != 0x80) return PacketKind::neither;
  // RFC 5761 §4: with the marker bit, 192 to 223 are the RTCP packet types.
  return packet[1] >= 192 && packet[1] <= 223 ? PacketKind::rtcp : PacketKind::rtp;
}

}  // namespace ringfence::media_worker
