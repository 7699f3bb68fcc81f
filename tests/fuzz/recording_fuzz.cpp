// A recording's manifest and sidecar, as verify and recovery find them on a disk.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "recorder/evidence/verdict.hpp"
#include "recorder/recording/sidecar.hpp"

using namespace ringfence::recorder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto key = SigningKey::generate();
  static const VerifyingKey trusted = key->verifying_key();
  const std::string text(data, data + size);
  const ManifestText manifest = parse_manifest(text);
  // What was not signed with this key is never whole.
  if (manifest.end > text.size() || judge(text, {}, trusted).whole()) std::abort();
  if (const auto sidecar = sidecar_from_json(text)) {
    if (!sidecar_from_json(to_json(*sidecar))) std::abort();
  }
  return 0;
}
