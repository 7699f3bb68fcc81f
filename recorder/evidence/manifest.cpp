#include "recorder/evidence/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "recorder/evidence/base64.hpp"

namespace ringfence::recorder {

std::string_view to_string(Ending ending) {
  return ending == Ending::complete ? "complete" : "interrupted";
}

std::string segment_name(std::uint64_t number) {
  return fmt::format("{:04}.wav", number);
}

std::uint64_t segment_number(std::string_view name) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || segment_name(number) != name) return 0;
  return number;
}

std::string signed_text(std::string_view chain) {
  return std::string(chain) + "\n";
}

ManifestWriter::ManifestWriter(const SigningKey& key, std::string_view written,
                               std::uint64_t segments)
    : key_(key), segments_(segments) {
  above_.add(written);
}

std::string ManifestWriter::opening(std::string_view recording) {
  return sealed(fmt::format("{}\n{}{}\n{}{}\n", ManifestLine::kFormat, ManifestLine::kRecording,
                            recording, ManifestLine::kKey, key_.verifying_key().fingerprint()));
}

std::string ManifestWriter::segment(std::string_view sha256) {
  return sealed(fmt::format("{}  {}\n", sha256, segment_name(++segments_)));
}

std::string ManifestWriter::ending(Ending how, std::string_view sidecar_sha256) {
  return sealed(fmt::format("{}  {}\n{}{}, segments: {}\n", sidecar_sha256, kSidecarName,
                            ManifestLine::kEnd, to_string(how), segments_));
}

std::string ManifestWriter::sealed(std::string lines) {
  above_.add(lines);
  const std::string chain = above_.hex();
  const std::string seal =
      fmt::format("{}{}\n{}{}\n", ManifestLine::kChain, chain, ManifestLine::kSignature,
                  base64(key_.sign(signed_text(chain))));
  above_.add(seal);
  return lines + seal;
}

}  // namespace ringfence::recorder
