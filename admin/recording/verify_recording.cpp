#include "admin/recording/verify_recording.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "recorder/recording/recording_folder.hpp"

namespace ringfence::admin {
namespace {

using recorder::Ending;
using recorder::Verdict;

constexpr std::size_t kKeyLimit = 4096;

Result<recorder::VerifyingKey> trusted_key(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return system_error("cannot read the public key " + path);
  const auto pem = read_whole(file, kKeyLimit);
  if (!pem) return std::unexpected(pem.error());
  auto key = recorder::VerifyingKey::from_pem(*pem);
  if (!key) return fail(path + ": " + key.error().message);
  return key;
}

std::string_view state_of(const Verdict& verdict) {
  return verdict.ending ? to_string(*verdict.ending) : "without an end";
}

}  // namespace

Result<Verdict> verify_recording(const RecordingPaths& paths, const std::string& word) {
  const auto place = recording_folder(paths, word);
  if (!place) return std::unexpected(place.error());
  const auto key = trusted_key(paths.key);
  if (!key) return std::unexpected(key.error());
  const auto folder = recorder::RecordingFolder::open(AT_FDCWD, *place);
  if (!folder) return std::unexpected(folder.error());
  const auto manifest = folder->read(recorder::kManifestName);
  if (!manifest) return std::unexpected(manifest.error());
  if (manifest->empty()) return fail(*place + " holds no recording: it has no manifest");
  const auto hashes = folder->hashes();
  if (!hashes) return std::unexpected(hashes.error());
  return recorder::judge(*manifest, *hashes, *key);
}

std::string verdict_as_text(const Verdict& verdict) {
  std::string text;
  for (const std::string& problem : verdict.problems)
    text += problem + "\n";
  text += fmt::format("{}: recording {}, {}, segments: {}\n", verdict.whole() ? "OK" : "NOT WHOLE",
                      verdict.recording, state_of(verdict), verdict.segments);
  if (verdict.whole() && verdict.ending == Ending::interrupted) {
    text += "its recorder died and closed it later: what was said after that is not in it\n";
  }
  return text + fmt::format("signed with the key {}\n", verdict.signed_by);
}

std::string verdict_as_json(const Verdict& verdict) {
  const nlohmann::ordered_json json = {
      {"whole", verdict.whole()},       {"recording", verdict.recording},
      {"state", state_of(verdict)},     {"segments", verdict.segments},
      {"signed_by", verdict.signed_by}, {"problems", verdict.problems}};
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace ringfence::admin
