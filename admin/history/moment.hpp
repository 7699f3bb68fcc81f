// A moment as people type it: how long ago ("90m", "2h", "7d") or a date in UTC ("2026-11-26",
// "2026-11-26T08:00"). Pure.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/clock.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

// In milliseconds since 1970.
Result<std::int64_t> moment_of(const std::string& text, WallTime now);

}  // namespace ringfence::admin
