// Landlock by raw system calls: Debian 12's headers know ABI 1 to 2 only, running kernels more.
#pragma once

#include <span>

#include "runtime/confine/profile.hpp"
#include "runtime/result.hpp"

namespace ringfence {

// Restricts the calling thread to the given paths, and returns the ABI in force (1 or more).
// Needs no_new_privs.
Result<int> restrict_paths(std::span<const PathRule> rules);

}  // namespace ringfence
