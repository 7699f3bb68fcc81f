#include "recorder/evidence/manifest_text.hpp"

#include <fmt/format.h>

#include <utility>

#include "recorder/evidence/base64.hpp"

namespace ringfence::recorder {
namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  ManifestText parse() {
    bool going_on = opening();
    while (going_on && place_ < text_.size())
      going_on = file_step();
    if (manifest_.end != text_.size() || manifest_.steps.empty()) {
      manifest_.wrong_line = taken_ ? line_ - 1 : line_;
    }
    return std::move(manifest_);
  }

 private:
  // The next line, if it is whole and begins so; otherwise the place stays.
  std::optional<std::string_view> line(std::string_view begin) {
    taken_ = false;
    const std::size_t newline = text_.find('\n', place_);
    if (newline == text_.npos) return {};
    std::string_view found = text_.substr(place_, newline - place_);
    if (!found.starts_with(begin)) return {};
    taken_ = true;
    found.remove_prefix(begin.size());
    place_ = newline + 1;
    ++line_;
    return found;
  }

  bool opening() {
    ManifestStep step{.first_line = line_};
    const auto format = line(ManifestLine::kFormat);
    if (!format || !format->empty()) return false;
    const auto recording = line(ManifestLine::kRecording);
    if (!recording) return false;
    const auto key = line(ManifestLine::kKey);
    if (!key || !is_sha256_hex(*key)) return false;
    manifest_.recording = *recording;
    manifest_.key = *key;
    return seal(std::move(step));
  }

  bool file_step() {
    ManifestStep step{.first_line = line_};
    const auto file = line("");
    if (!file || file->size() < kSha256Digits + 3) return false;
    step.sha256 = file->substr(0, kSha256Digits);
    step.file = file->substr(kSha256Digits + 2);
    if (!is_sha256_hex(step.sha256) || file->substr(kSha256Digits, 2) != "  ") return false;
    if (step.file == kSidecarName) {
      step.ending = ending();
      if (!step.ending) return false;
    } else if (segment_number(step.file) == 0) {
      return false;
    }
    return seal(std::move(step));
  }

  std::optional<Ending> ending() {
    const auto end = line(ManifestLine::kEnd);
    for (const Ending how : {Ending::complete, Ending::interrupted}) {
      if (end == fmt::format("{}, segments: {}", to_string(how), manifest_.steps.size() - 1)) {
        return how;
      }
    }
    return {};
  }

  bool seal(ManifestStep step) {
    step.chain_begin = place_;
    const auto chain = line(ManifestLine::kChain);
    if (!chain || !is_sha256_hex(*chain)) return false;
    const auto signature = line(ManifestLine::kSignature);
    auto octets = signature ? from_base64(*signature) : std::nullopt;
    if (!octets) return false;
    step.chain = *chain;
    step.signature = std::move(*octets);
    manifest_.steps.push_back(std::move(step));
    manifest_.end = place_;
    return true;
  }

  std::string_view text_;
  std::size_t place_ = 0;
  std::size_t line_ = 1;
  bool taken_ = false;  // the last line that was asked for
  ManifestText manifest_;
};

}  // namespace

ManifestText parse_manifest(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace ringfence::recorder
