// PacketStorage: where one datagram lies while it is relayed: fixed, with the room that protection
// adds at the end.
#pragma once

#include <array>
#include <cstdint>

namespace ringfence::media_worker {

// No path that media takes carries more in one piece; longer datagrams are dropped, not cut.
inline constexpr std::size_t kMaxPacket = 1500;
inline constexpr std::size_t kPacketStorage = kMaxPacket + 160;

struct alignas(16) PacketStorage {
  std::array<std::uint8_t, kPacketStorage> octets;
};

}  // namespace ringfence::media_worker
