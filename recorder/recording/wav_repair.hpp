// What a WAV segment whose writer died needs: the two lengths in its header made those of the sound
// that is there, and the last sample that is not whole cut off. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace ringfence::recorder {

// As libsndfile writes it for 16-bit PCM: RIFF, a fmt chunk of 16 octets, and the data chunk.
inline constexpr std::size_t kWavHeaderSize = 44;
inline constexpr std::uint32_t kFrameSize = 4;  // two channels of 16 bits
using WavHeader = std::array<std::uint8_t, kWavHeaderSize>;

struct WavRepair {
  WavHeader header{};
  std::uint64_t file_size = 0;
  std::uint64_t frames = 0;
};

// Nothing where there is no header of ours or no sound below it.
std::optional<WavRepair> repair_wav(const WavHeader& found, std::uint64_t file_size);

}  // namespace ringfence::recorder
