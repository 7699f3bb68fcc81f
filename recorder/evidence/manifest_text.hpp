// A manifest taken apart: the steps that were appended one by one, each sealed by its chain and
// signature lines. Pure; says what the lines hold and judges neither hashes nor signatures.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recorder/evidence/manifest.hpp"

namespace ringfence::recorder {

struct ManifestStep {
  std::string file{};    // empty in the opening
  std::string sha256{};  // of the file
  std::optional<Ending> ending{};
  std::size_t first_line = 0;   // counted from 1
  std::size_t chain_begin = 0;  // offset of the chain line: the chain is over all before it
  std::string chain{};
  std::string signature{};  // 64 octets
};

struct ManifestText {
  std::string recording;
  std::string key;  // fingerprint
  std::vector<ManifestStep> steps;
  std::size_t end = 0;  // offset after the last whole step
  // What is below `end`: the line that is wrong, or of a step that was not wholly written.
  std::optional<std::size_t> wrong_line;
};

// Steps up to the first line that is not as the recorder writes it.
ManifestText parse_manifest(std::string_view text);

}  // namespace ringfence::recorder
