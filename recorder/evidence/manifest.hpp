// The manifest of a recording: a text that `sha256sum --check` reads, written at the end only.
//
//   # ringfence recording 1                     the opening
//   # recording 20261126T101500Z-3fa9c1d2
//   # key FINGERPRINT
//   # chain HASH                                of all lines above this one
//   # signature BASE64                          of that hash and a newline, by Ed25519
//   HASH  0001.wav                              a segment, sealed by the next two lines
//   # chain HASH
//   # signature BASE64
//   HASH  recording.json                        the end, likewise
//   # end complete, segments: 1
//   # chain HASH
//   # signature BASE64
//
// Pure: hashes and lines in, text out. Files are the caller's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "recorder/evidence/ed25519.hpp"
#include "recorder/evidence/sha256.hpp"

namespace ringfence::recorder {

inline constexpr std::string_view kManifestName = "manifest";
inline constexpr std::string_view kSidecarName = "recording.json";

// complete: with the call's end; interrupted: closed later, after a crash.
enum class Ending : std::uint8_t { complete, interrupted };
std::string_view to_string(Ending ending);

// "0001.wav": segments count from 1.
std::string segment_name(std::uint64_t number);
// 0 where the name is no segment's.
std::uint64_t segment_number(std::string_view name);

// The lines of the manifest without their newlines: read by who checks, written by who records.
struct ManifestLine {
  static constexpr std::string_view kFormat = "# ringfence recording 1";
  static constexpr std::string_view kRecording = "# recording ";
  static constexpr std::string_view kKey = "# key ";
  static constexpr std::string_view kChain = "# chain ";
  static constexpr std::string_view kSignature = "# signature ";
  static constexpr std::string_view kEnd = "# end ";
};

// What is signed where a chain line says `chain`.
std::string signed_text(std::string_view chain);

class ManifestWriter {
 public:
  // Goes on below `written`, which is empty or ends with a signature line, and says how many
  // segments there are. The key must outlive it.
  ManifestWriter(const SigningKey& key, std::string_view written, std::uint64_t segments);

  // Each gives the text to append.
  std::string opening(std::string_view recording);
  std::string segment(std::string_view sha256);
  std::string ending(Ending how, std::string_view sidecar_sha256);

  std::uint64_t segments() const { return segments_; }

 private:
  std::string sealed(std::string lines);

  const SigningKey& key_;
  Sha256 above_;
  std::uint64_t segments_;
};

}  // namespace ringfence::recorder
