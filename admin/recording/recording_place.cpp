#include "admin/recording/recording_place.hpp"

#include <filesystem>

namespace ringfence::admin {

namespace fs = std::filesystem;

RecordingPaths recording_paths(const RecordingPlace& place, const std::string& state_directory) {
  const std::string folder = place.folder.empty() ? state_directory + "/recordings" : place.folder;
  return {folder, place.key.empty() ? folder + "/recorder.pem" : place.key};
}

Result<std::string> recording_folder(const RecordingPaths& paths, const std::string& word) {
  std::error_code none;
  if (word.find('/') == word.npos) {
    const fs::path listed = fs::path(paths.folder) / word;
    if (fs::is_directory(listed, none)) return listed.string();
  }
  if (fs::is_directory(word, none)) return word;
  if (fs::is_regular_file(word, none)) return fs::absolute(word).parent_path().string();
  return fail("there is no recording " + word + ", neither in " + paths.folder + " nor as a path");
}

}  // namespace ringfence::admin
