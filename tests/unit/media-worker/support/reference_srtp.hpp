// A second, plain reading of RFC 3711 for AES_CM_128_HMAC_SHA1_80, on OpenSSL's primitives: what
// our own is compared with. Checked itself against the vectors of appendix B.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "support/packets.hpp"

namespace ringfence::media_worker::test {

// §4.1.1: AES in counter mode from `counter`.
Packet aes_cm_keystream(std::span<const std::uint8_t> key,
                        const std::array<std::uint8_t, 16>& counter, std::size_t size);

// §4.3.1: key derivation rate 0. Labels 0 to 2 are SRTP's, 3 to 5 SRTCP's.
Packet derive(std::span<const std::uint8_t> master, std::uint8_t label, std::size_t size);

// §3.1 and §3.4: the packet as it goes over the wire.
Packet reference_srtp(std::span<const std::uint8_t> master, const Packet& rtp,
                      std::uint32_t roll_over_counter);
Packet reference_srtcp(std::span<const std::uint8_t> master, const Packet& rtcp,
                       std::uint32_t index);

}  // namespace ringfence::media_worker::test
