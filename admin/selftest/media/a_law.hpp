// A-law (ITU-T G.711): one octet per sample of 8000 Hz, to and from 16-bit linear samples.
#pragma once

#include <cstdint>

namespace ringfence::admin {

std::uint8_t a_law_encode(std::int16_t sample) noexcept;
std::int16_t a_law_decode(std::uint8_t octet) noexcept;

}  // namespace ringfence::admin
