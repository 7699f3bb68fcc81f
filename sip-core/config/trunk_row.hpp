// read_trunk: a Trunk from its row of the supervisor's snapshot. Errors: a value that cannot be.
#pragma once

#include "proto/supervisor_child.pb.h"
#include "runtime/result.hpp"
#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {

Result<Trunk> read_trunk(const proto::Trunk& row);

}  // namespace ringfence::sip_core
