// What a recording proves: its manifest and the hashes of its files against the key that is
// trusted. Pure. A problem is a sentence that says which file or line, and what happened to it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recorder/evidence/ed25519.hpp"
#include "recorder/evidence/manifest_text.hpp"

namespace ringfence::recorder {

// Name -> SHA-256 of each segment and of the sidecar that is there.
using FileHashes = std::map<std::string, std::string>;

struct Verdict {
  std::string recording;
  std::string signed_by;       // fingerprint that the manifest names
  std::uint64_t segments = 0;  // that were signed
  std::optional<Ending> ending;
  std::vector<std::string> problems;

  bool whole() const { return problems.empty(); }
};

Verdict judge(std::string_view manifest, const FileHashes& files, const VerifyingKey& trusted);

// The first sentence against the chain and its signatures, of the files nothing: what recovery asks
// before it goes on below them. Nothing where all steps are as they were signed.
std::optional<std::string> broken_chain(std::string_view text, const ManifestText& manifest,
                                        const VerifyingKey& trusted);

}  // namespace ringfence::recorder
