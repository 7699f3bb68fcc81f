// Recovery: closes a recording whose recorder died. What lies below the last signature is mended,
// hashed and signed, and the recording is marked as interrupted. What was signed before is not
// signed again: an alteration of it shows afterwards as it did before.
#pragma once

#include <cstdint>
#include <string>

#include "recorder/evidence/ed25519.hpp"
#include "recorder/recording/recording_folder.hpp"

namespace ringfence::recorder {

enum class Recovered : std::uint8_t { already_ended, closed };

// Refuses where the manifest is not ours or was altered: nothing is changed then.
Result<Recovered> recover(const RecordingFolder& folder, const std::string& recording,
                          const SigningKey& key);

}  // namespace ringfence::recorder
