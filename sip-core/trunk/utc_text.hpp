// utc_text: a moment as log lines write it: "2026-11-23T10:00:00Z".
#pragma once

#include <string>

#include "runtime/clock.hpp"

namespace ringfence::sip_core {

std::string utc_text(WallTime time);

}  // namespace ringfence::sip_core
