#include "recorder/evidence/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ringfence::recorder {
namespace {

std::string name_of(const ManifestStep& step) {
  return step.file.empty() ? "the opening" : step.file;
}

bool has_end(const ManifestText& manifest) {
  return std::ranges::any_of(manifest.steps,
                             [](const ManifestStep& step) { return step.ending.has_value(); });
}

// Segments stand in their order from 1, and the end is the last step.
std::optional<std::string> broken_order(const ManifestText& manifest) {
  std::uint64_t expected = 1;
  for (std::size_t i = 1; i < manifest.steps.size(); ++i) {
    const ManifestStep& step = manifest.steps[i];
    if (manifest.steps[i - 1].ending) {
      return fmt::format("line {} of the manifest was added below its end", step.first_line);
    }
    if (step.ending) continue;
    const std::uint64_t number = segment_number(step.file);
    if (number > expected) {
      return fmt::format("{} was cut out of the manifest, or moved: {} stands in its place",
                         segment_name(expected), step.file);
    }
    if (number < expected) {
      return fmt::format("line {} of the manifest was moved or repeated: {} does not belong there",
                         step.first_line, step.file);
    }
    ++expected;
  }
  return {};
}

std::optional<std::string> against_step(const ManifestStep& step, const std::string& chain,
                                        const VerifyingKey& trusted) {
  if (chain != step.chain) {
    return fmt::format(
        "the manifest was altered at {}, on line {} or below: its chain breaks there",
        name_of(step), step.first_line);
  }
  if (!trusted.verifies(signed_text(chain), step.signature)) {
    return fmt::format("the signature of {} was not made with the trusted key", name_of(step));
  }
  return {};
}

class FileJudge {
 public:
  FileJudge(const ManifestText& manifest, const FileHashes& files)
      : manifest_(manifest), files_(files) {
    for (const ManifestStep& step : manifest.steps) {
      if (!step.file.empty()) signed_[step.file] = step.sha256;
    }
  }

  std::vector<std::string> problems() {
    for (const auto& [name, sha256] : signed_)
      look_at(name, sha256);
    // While a call runs, the segment in hand and the sidecar are not signed yet.
    if (has_end(manifest_)) {
      for (const auto& [name, sha256] : files_) {
        if (!signed_.contains(name)) {
          problems_.push_back(name + " was added: the manifest does not know it");
        }
      }
    }
    return std::move(problems_);
  }

 private:
  void look_at(const std::string& name, const std::string& sha256) {
    const auto found = files_.find(name);
    if (found == files_.end()) {
      problems_.push_back(name + " is missing: it was signed, and was removed since");
    } else if (found->second != sha256) {
      differs(name, sha256, found->second);
    }
  }

  void differs(const std::string& name, const std::string& sha256, const std::string& found) {
    const auto other =
        std::ranges::find_if(signed_, [&](const auto& s) { return s.second == found; });
    if (other == signed_.end()) {
      problems_.push_back(name + " was altered: it is not the file that was signed");
      return;
    }
    const auto there = files_.find(other->first);
    if (there == files_.end() || there->second != sha256) {
      problems_.push_back(fmt::format("{} holds what was signed as {}", name, other->first));
    } else if (name < other->first) {
      problems_.push_back(fmt::format(
          "{} and {} were swapped: each holds what was signed as the other", name, other->first));
    }
  }

  const ManifestText& manifest_;
  const FileHashes& files_;
  FileHashes signed_;
  std::vector<std::string> problems_;
};

std::string no_end(const ManifestText& manifest) {
  return fmt::format(
      "the end is missing below segment {}: the call still "
      "runs, its recorder died and is not back, or the tail was removed",
      manifest.steps.empty() ? 0 : manifest.steps.size() - 1);
}

std::string another_key(const ManifestText& manifest, const VerifyingKey& trusted) {
  return fmt::format("the recording is signed with another key: {} instead of {}", manifest.key,
                     trusted.fingerprint());
}

void judge_manifest(std::string_view text, const ManifestText& manifest,
                    const VerifyingKey& trusted, std::vector<std::string>& problems) {
  if (auto broken = broken_chain(text, manifest, trusted)) {
    problems.push_back(std::move(*broken));
  } else if (manifest.wrong_line) {
    problems.push_back(
        fmt::format("the manifest was altered or cut short at line {}", *manifest.wrong_line));
  }
  if (!has_end(manifest) && !manifest.wrong_line) problems.push_back(no_end(manifest));
}

}  // namespace

std::optional<std::string> broken_chain(std::string_view text, const ManifestText& manifest,
                                        const VerifyingKey& trusted) {
  if (manifest.steps.empty()) return {};
  if (manifest.key != trusted.fingerprint()) return another_key(manifest, trusted);
  if (auto order = broken_order(manifest)) return order;
  Sha256 above;
  std::size_t hashed = 0;
  for (const ManifestStep& step : manifest.steps) {
    above.add(text.substr(hashed, step.chain_begin - hashed));
    hashed = step.chain_begin;
    if (auto broken = against_step(step, above.hex(), trusted)) return broken;
  }
  return {};
}

Verdict judge(std::string_view text, const FileHashes& files, const VerifyingKey& trusted) {
  const ManifestText manifest = parse_manifest(text);
  Verdict verdict;
  verdict.recording = manifest.recording;
  verdict.signed_by = manifest.key;
  for (const ManifestStep& step : manifest.steps) {
    if (step.ending) verdict.ending = step.ending;
    if (segment_number(step.file) != 0) ++verdict.segments;
  }
  judge_manifest(text, manifest, trusted, verdict.problems);
  for (std::string& problem : FileJudge(manifest, files).problems())
    verdict.problems.push_back(std::move(problem));
  return verdict;
}

}  // namespace ringfence::recorder
