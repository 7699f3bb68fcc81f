#include "recorder/recording/recording_writer.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <utility>

namespace ringfence::recorder {

std::string recording_name(WallTime started, std::string_view token) {
  return fmt::format("{:%Y%m%dT%H%M%SZ}-{}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(started)), token);
}

RecordingWriter::RecordingWriter(RecordingFolder folder, Sidecar sidecar, ManifestWriter manifest)
    : folder_(std::move(folder)), sidecar_(std::move(sidecar)), manifest_(std::move(manifest)) {}

Result<RecordingWriter> RecordingWriter::begin(int parent, RecordingStart start,
                                               const SigningKey& key) {
  auto folder = RecordingFolder::create(parent, start.recording);
  if (!folder) return std::unexpected(folder.error());
  Sidecar sidecar{.recording = std::move(start.recording),
                  .call = std::move(start.call),
                  .sample_rate = start.sample_rate,
                  .started = start.started};
  ManifestWriter manifest(key, "", 0);
  const std::string opening = manifest.opening(sidecar.recording);
  if (const auto done = folder->append(kManifestName, opening); !done) {
    return std::unexpected(done.error());
  }
  if (const auto done = folder->replace(kSidecarName, to_json(sidecar)); !done) {
    return std::unexpected(done.error());
  }
  return RecordingWriter(std::move(*folder), std::move(sidecar), std::move(manifest));
}

std::uint64_t RecordingWriter::segment_frames() const {
  return static_cast<std::uint64_t>(kSegmentLength.count()) * sidecar_.sample_rate;
}

Result<void> RecordingWriter::write(std::span<const std::int16_t> interleaved) {
  while (!interleaved.empty()) {
    if (!segment_) {
      auto file = folder_.make(segment_name(manifest_.segments() + 1));
      if (!file) return std::unexpected(file.error());
      auto segment = SegmentFile::begin(std::move(*file), sidecar_.sample_rate);
      if (!segment) return std::unexpected(segment.error());
      segment_ = std::move(*segment);
    }
    const std::size_t room = 2 * static_cast<std::size_t>(segment_frames() - segment_->frames());
    const auto now = interleaved.first(std::min(room, interleaved.size()));
    if (auto done = segment_->write(now); !done) return done;
    interleaved = interleaved.subspan(now.size());
    if (segment_->frames() == segment_frames()) {
      if (auto done = end_segment(); !done) return done;
    }
  }
  return {};
}

Result<void> RecordingWriter::end_segment() {
  const std::string name = segment_name(manifest_.segments() + 1);
  const std::chrono::milliseconds length(segment_->frames() * 1000 / sidecar_.sample_rate);
  auto ended = segment_->end();
  segment_.reset();
  if (!ended) return ended;
  const auto hash = folder_.sha256(name);
  if (!hash) return std::unexpected(hash.error());
  if (auto done = folder_.append(kManifestName, manifest_.segment(*hash)); !done) return done;
  sidecar_.segments.push_back({name, length});
  return folder_.replace(kSidecarName, to_json(sidecar_));
}

Result<void> RecordingWriter::end(WallTime now) {
  if (segment_) {
    if (auto done = end_segment(); !done) return done;
  }
  sidecar_.ended = now;
  sidecar_.ending = Ending::complete;
  const std::string json = to_json(sidecar_);
  if (auto done = folder_.replace(kSidecarName, json); !done) return done;
  return folder_.append(kManifestName, manifest_.ending(Ending::complete, sha256_hex(json)));
}

}  // namespace ringfence::recorder
