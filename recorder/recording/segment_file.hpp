// SegmentFile: one segment's sound, a WAV file of two channels of 16-bit PCM, written by
// libsndfile. Each write is in the file at once; after a crash only the lengths in the header are
// to be mended.
#pragma once

#include <sndfile.h>

#include <cstdint>
#include <memory>
#include <span>

#include "runtime/fd.hpp"
#include "runtime/result.hpp"

namespace ringfence::recorder {

class SegmentFile {
 public:
  static Result<SegmentFile> begin(Fd file, std::uint32_t sample_rate);

  // Samples of both channels in turn.
  Result<void> write(std::span<const std::int16_t> interleaved);
  // The header says how long it is, and all of it is on the disk.
  Result<void> end();
  std::uint64_t frames() const { return frames_; }

 private:
  struct Close {
    void operator()(SNDFILE* file) const { ::sf_close(file); }
  };
  using SoundPtr = std::unique_ptr<SNDFILE, Close>;

  SegmentFile(Fd file, SoundPtr sound) : file_(std::move(file)), sound_(std::move(sound)) {}

  Fd file_;  // outlives sound_, which writes to it
  SoundPtr sound_;
  std::uint64_t frames_ = 0;
};

}  // namespace ringfence::recorder
