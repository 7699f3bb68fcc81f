// Calls and registrations, read from the running box over the admin socket, as a table for people
// and as one JSON array for scripts. Rendering is pure; what a row lacks is shown as missing.
#pragma once

#include <string>
#include <vector>

#include "admin/print/row_output.hpp"
#include "admin/print/text_table.hpp"
#include "runtime/clock.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

// `lines`: one JSON object each.
Result<std::string> calls_as_table(const std::vector<std::string>& lines, WallTime now,
                                   Colours colours);
Result<std::string> registrations_as_table(const std::vector<std::string>& lines, Colours colours);
Result<std::string> blocklist_as_table(const std::vector<std::string>& lines, WallTime now,
                                       Colours colours);
Result<std::string> lines_as_json(const std::vector<std::string>& lines);

}  // namespace ringfence::admin
