// A time as log lines write it: "2026-11-23T10:00:00Z". Pure; no locale, no time zone file.
#pragma once

#include <string>

#include "runtime/clock.hpp"

namespace ringfence::tls_front {

std::string utc_text(WallTime time);

}  // namespace ringfence::tls_front
