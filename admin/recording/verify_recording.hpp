// `recording verify`: reads a recording's files and says whether they are what was signed.
#pragma once

#include <string>

#include "admin/recording/recording_place.hpp"
#include "recorder/evidence/verdict.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

Result<recorder::Verdict> verify_recording(const RecordingPaths& paths, const std::string& word);

std::string verdict_as_text(const recorder::Verdict& verdict);
std::string verdict_as_json(const recorder::Verdict& verdict);

}  // namespace ringfence::admin
