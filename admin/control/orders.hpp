// Orders on the admin socket `--run/control.sock`: one line, answered by "ok" or "error: sentence".
// Who may give them is the other side's to decide.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/result.hpp"

namespace ringfence::admin {

Result<void> restart_process(const std::string& run_directory, std::string_view name);
// Takes no new calls and ends with the last one, or after so many seconds.
Result<void> order_drain(const std::string& run_directory, std::optional<int> seconds);
// Lifts the block of an address.
Result<void> release_source(const std::string& run_directory, std::string_view source);

// What one answer line means.
Result<void> read_control_answer(std::string_view answer);

}  // namespace ringfence::admin
