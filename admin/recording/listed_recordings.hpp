// `recording list`: what the sidecars in the folder of recordings say, oldest first. Nothing is
// verified.
#pragma once

#include <string>
#include <vector>

#include "admin/print/text_table.hpp"
#include "recorder/recording/sidecar.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

// None where there is no such folder. One without a sidecar that can be read is listed by its name
// alone.
Result<std::vector<recorder::Sidecar>> listed_recordings(const std::string& folder);

std::string recordings_as_table(const std::string& folder,
                                const std::vector<recorder::Sidecar>& recordings, Colours colours);
std::string recordings_as_json(const std::vector<recorder::Sidecar>& recordings);

}  // namespace ringfence::admin
