#include "recorder/recording/segment_file.hpp"

#include <unistd.h>

namespace ringfence::recorder {
namespace {

constexpr int kChannels = 2;

}  // namespace

Result<SegmentFile> SegmentFile::begin(Fd file, std::uint32_t sample_rate) {
  SF_INFO form{};
  form.samplerate = static_cast<int>(sample_rate);
  form.channels = kChannels;
  form.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  SoundPtr sound(::sf_open_fd(file.get(), SFM_WRITE, &form, SF_FALSE));
  if (!sound) return fail(std::string("cannot begin a segment: ") + ::sf_strerror(nullptr));
  // The header stands in the file from the beginning, so that what is below it can be played.
  ::sf_command(sound.get(), SFC_UPDATE_HEADER_NOW, nullptr, 0);
  return SegmentFile(std::move(file), std::move(sound));
}

Result<void> SegmentFile::write(std::span<const std::int16_t> interleaved) {
  const auto frames = static_cast<sf_count_t>(interleaved.size() / kChannels);
  const sf_count_t written = ::sf_writef_short(sound_.get(), interleaved.data(), frames);
  frames_ += static_cast<std::uint64_t>(written);
  if (written != frames) {
    return fail(std::string("cannot write sound: ") + ::sf_strerror(sound_.get()));
  }
  return {};
}

Result<void> SegmentFile::end() {
  if (::sf_close(sound_.release()) != 0) return fail("cannot end a segment");
  if (::fdatasync(file_.get()) != 0) return system_error("cannot end a segment");
  return {};
}

}  // namespace ringfence::recorder
