// Any octets as an RTP or RTCP packet: no reading beyond them, and what relay_rtcp lets through is
// well-formed and says again the same when it is relayed once more.
#include <cstdlib>

#include "media-worker/rtp/packet_kind.hpp"
#include "media-worker/rtp/packet_storage.hpp"
#include "media-worker/rtp/rtcp_packet.hpp"
#include "media-worker/rtp/rtcp_relay.hpp"
#include "media-worker/rtp/rtp_packet.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ringfence::media_worker;
  const Octets packet(data, size);
  (void)packet_kind(packet);
  const auto header = read_rtp_packet(packet);
  if (header && header->payload_offset > size) std::abort();
  static constexpr Cname kCname{'c', 'n', 'a', 'm', 'e'};
  PacketStorage once;
  PacketStorage twice;
  const auto length = relay_rtcp(packet, once.octets, kCname, nullptr);
  if (!length) return 0;
  const Octets relayed = Octets(once.octets).first(*length);
  if (!is_well_formed_rtcp(packet) || !is_well_formed_rtcp(relayed)) std::abort();
  const auto again = relay_rtcp(relayed, twice.octets, kCname, nullptr);
  if (!again || *again != *length) std::abort();
  return 0;
}
