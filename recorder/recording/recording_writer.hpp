// RecordingWriter: one call's recording while the call runs. Sound goes into segments of ten
// seconds; each that is over is hashed and signed into the manifest, and the sidecar is rewritten.
// After an error nothing more can be written: what is there is closed by recovery, later.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "recorder/evidence/manifest.hpp"
#include "recorder/recording/recording_folder.hpp"
#include "recorder/recording/segment_file.hpp"
#include "recorder/recording/sidecar.hpp"

namespace ringfence::recorder {

inline constexpr std::chrono::seconds kSegmentLength{10};

struct RecordingStart {
  std::string recording;  // the folder's name
  CallFacts call;
  std::uint32_t sample_rate = 8000;
  WallTime started;
};

// "20261126T101500Z-" and the token: names sort by time.
std::string recording_name(WallTime started, std::string_view token);

class RecordingWriter {
 public:
  // Below the open folder `parent`. The key must outlive it.
  static Result<RecordingWriter> begin(int parent, RecordingStart start, const SigningKey& key);

  Result<void> write(std::span<const std::int16_t> interleaved);
  void missing(Missing what) { sidecar_.missing.push_back(std::move(what)); }
  Result<void> end(WallTime now);

  const std::string& name() const { return sidecar_.recording; }

 private:
  RecordingWriter(RecordingFolder folder, Sidecar sidecar, ManifestWriter manifest);

  Result<void> end_segment();
  std::uint64_t segment_frames() const;

  RecordingFolder folder_;
  Sidecar sidecar_;
  ManifestWriter manifest_;
  std::optional<SegmentFile> segment_;
};

}  // namespace ringfence::recorder
