// What of a group of records need not be written, because the same group takes it back or replaces
// it: calls are often set up, and sometimes over, before their first record is due. Pure; the state
// that the group leaves behind is the same.
#pragma once

#include <vector>

#include "sip-core/engine/action.hpp"

namespace ringfence::sip_core {

void leave_out_what_cancels(std::vector<Persist>& group);

}  // namespace ringfence::sip_core
