// Moments as sidecars hold them: UTC with milliseconds, "2026-11-26T10:15:00.123Z" (RFC 3339).
#pragma once

#include <optional>
#include <string>

#include "runtime/clock.hpp"

namespace ringfence::recorder {

std::string utc_text(WallTime time);
std::optional<WallTime> utc_time(const std::string& text);

}  // namespace ringfence::recorder
