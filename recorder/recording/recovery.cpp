#include "recorder/recording/recovery.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "recorder/evidence/verdict.hpp"
#include "recorder/recording/sidecar.hpp"
#include "recorder/recording/wav_repair.hpp"

namespace ringfence::recorder {
namespace {

class Recovery {
 public:
  Recovery(const RecordingFolder& folder, const SigningKey& key, const std::string& written,
           std::uint64_t segments)
      : folder_(folder), manifest_(key, written, segments) {}

  Result<void> close(const std::string& recording, bool opened) {
    if (!opened) {
      if (auto done = append(manifest_.opening(recording)); !done) return done;
    }
    if (auto done = read_sidecar(recording); !done) return done;
    if (auto done = close_segments(); !done) return done;
    sidecar_.ending = Ending::interrupted;
    sidecar_.ended = sidecar_.started + sidecar_.length();
    const std::string json = to_json(sidecar_);
    if (auto done = folder_.replace(kSidecarName, json); !done) return done;
    return append(manifest_.ending(Ending::interrupted, sha256_hex(json)));
  }

 private:
  Result<void> append(const std::string& text) { return folder_.append(kManifestName, text); }

  // One that cannot be read says no more than which recording it was of.
  Result<void> read_sidecar(const std::string& recording) {
    const auto text = folder_.read(kSidecarName);
    if (!text) return std::unexpected(text.error());
    if (auto found = sidecar_from_json(*text)) sidecar_ = std::move(*found);
    sidecar_.recording = recording;
    // A segment may be signed while the sidecar does not name it yet.
    while (sidecar_.segments.size() > manifest_.segments())
      sidecar_.segments.pop_back();
    while (sidecar_.segments.size() < manifest_.segments()) {
      if (auto done = name_signed_segment(); !done) return done;
    }
    return {};
  }

  Result<void> name_signed_segment() {
    const std::string name = segment_name(sidecar_.segments.size() + 1);
    const auto file = folder_.open_to_repair(name);
    struct stat facts{};
    if (file && ::fstat(file->get(), &facts) != 0) return system_error("cannot read " + name);
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    const std::uint64_t sound = size < kWavHeaderSize ? 0 : size - kWavHeaderSize;
    note(name, sound / kFrameSize);
    return {};
  }

  Result<void> close_segments() {
    const auto names = folder_.segments();
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
      if (segment_number(name) != manifest_.segments() + 1) continue;
      if (auto done = close_segment(name); !done) return done;
    }
    return {};
  }

  Result<void> close_segment(const std::string& name) {
    const auto frames = mend(name);
    if (!frames) return std::unexpected(frames.error());
    if (*frames == 0) return folder_.remove(name);
    const auto hash = folder_.sha256(name);
    if (!hash) return std::unexpected(hash.error());
    if (auto done = append(manifest_.segment(*hash)); !done) return done;
    note(name, *frames);
    return {};
  }

  // Gives the frames that are there.
  Result<std::uint64_t> mend(const std::string& name) {
    const auto file = folder_.open_to_repair(name);
    if (!file) return std::unexpected(file.error());
    struct stat facts{};
    WavHeader header{};
    if (::fstat(file->get(), &facts) != 0) return system_error("cannot read " + name);
    if (::pread(file->get(), header.data(), header.size(), 0) < 0) {
      return system_error("cannot read " + name);
    }
    const auto repair = repair_wav(header, static_cast<std::uint64_t>(facts.st_size));
    if (!repair) return 0;
    if (::ftruncate(file->get(), static_cast<off_t>(repair->file_size)) != 0 ||
        ::pwrite(file->get(), repair->header.data(), repair->header.size(), 0) < 0 ||
        ::fdatasync(file->get()) != 0) {
      return system_error("cannot mend " + name);
    }
    return repair->frames;
  }

  void note(const std::string& name, std::uint64_t frames) {
    sidecar_.segments.push_back(
        {name, std::chrono::milliseconds(frames * 1000 / sidecar_.sample_rate)});
  }

  const RecordingFolder& folder_;
  ManifestWriter manifest_;
  Sidecar sidecar_;
};

// Below the last whole step may lie one that was not wholly written, and nothing else: its last
// line is the signature.
bool is_torn_step(std::string_view rest) {
  const std::size_t signature = rest.find(ManifestLine::kSignature);
  return signature == rest.npos || rest.find('\n', signature) == rest.npos;
}

}  // namespace

Result<Recovered> recover(const RecordingFolder& folder, const std::string& recording,
                          const SigningKey& key) {
  const auto text = folder.read(kManifestName);
  if (!text) return std::unexpected(text.error());
  const ManifestText manifest = parse_manifest(*text);
  if (!manifest.steps.empty() && manifest.steps.back().ending) return Recovered::already_ended;
  if (const auto broken = broken_chain(*text, manifest, key.verifying_key())) return fail(*broken);
  if (!is_torn_step(std::string_view(*text).substr(manifest.end))) {
    return fail("the manifest was altered: it is left as it is");
  }
  if (manifest.end < text->size()) {
    if (const auto cut = folder.cut(kManifestName, manifest.end); !cut) {
      return std::unexpected(cut.error());
    }
  }
  const bool opened = !manifest.steps.empty();
  Recovery recovery(folder, key, text->substr(0, manifest.end),
                    opened ? manifest.steps.size() - 1 : 0);
  if (const auto done = recovery.close(recording, opened); !done) {
    return std::unexpected(done.error());
  }
  return Recovered::closed;
}

}  // namespace ringfence::recorder
