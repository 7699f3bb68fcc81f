// The system call allow-list of a profile, loaded with libseccomp. Calls that nothing honest makes
// (execve, ptrace, …) kill the process; any other call that is not listed fails with EPERM.
#pragma once

#include "runtime/confine/profile.hpp"
#include "runtime/result.hpp"

namespace ringfence {

Result<void> load_system_call_filter(const Profile& profile);

}  // namespace ringfence
