// bundle: which processes the options ask for, where their programs lie and as whom they run.
// Errors: a program or a user is missing.
#pragma once

#include <vector>

#include "supervisor/child/child.hpp"
#include "supervisor/options/options.hpp"

namespace ringfence::supervisor {

// Programs lie beside the supervisor's own.
Result<std::vector<ChildSpec>> bundle(const Options& options);

}  // namespace ringfence::supervisor
