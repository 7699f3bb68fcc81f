// Where recordings lie, and which one a word of the command line means.
#pragma once

#include <string>

#include "runtime/result.hpp"

namespace ringfence::admin {

struct RecordingPlace {
  std::string folder;  // of all recordings; empty: `recordings` in the state folder
  std::string key;     // the public key; empty: recorder.pem in that folder
};

struct RecordingPaths {
  std::string folder;
  std::string key;
};

RecordingPaths recording_paths(const RecordingPlace& place, const std::string& state_directory);

// The folder of the recording that `word` names: as `recording list` shows it, the folder itself,
// or a file in it.
Result<std::string> recording_folder(const RecordingPaths& paths, const std::string& word);

}  // namespace ringfence::admin
