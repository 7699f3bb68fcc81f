#include "recorder/recording/wav_repair.hpp"

#include <algorithm>
#include <string_view>

namespace ringfence::recorder {
namespace {

constexpr std::size_t kRiffLength = 4;
constexpr std::size_t kDataLength = 40;

bool has(const WavHeader& header, std::size_t place, std::string_view word) {
  return std::equal(word.begin(), word.end(), header.begin() + static_cast<std::ptrdiff_t>(place));
}

void put_little_endian(WavHeader& header, std::size_t place, std::uint64_t value) {
  for (std::size_t i = 0; i < 4; ++i)
    header[place + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

}  // namespace

std::optional<WavRepair> repair_wav(const WavHeader& found, std::uint64_t file_size) {
  const bool ours = has(found, 0, "RIFF") && has(found, 8, "WAVEfmt ") && has(found, 36, "data");
  if (!ours || file_size < kWavHeaderSize + kFrameSize) return {};
  WavRepair repair{.header = found};
  repair.frames = (file_size - kWavHeaderSize) / kFrameSize;
  repair.file_size = kWavHeaderSize + repair.frames * kFrameSize;
  put_little_endian(repair.header, kRiffLength, repair.file_size - 8);
  put_little_endian(repair.header, kDataLength, repair.file_size - kWavHeaderSize);
  return repair;
}

}  // namespace ringfence::recorder
