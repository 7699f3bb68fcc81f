// confine(): the last step of every child before its loop. Drops all capabilities, sets
// no_new_privs, makes the process not dumpable, applies rlimits, Landlock and seccomp from a
// profile, and then proves that it cannot be undone. Threads made afterwards are confined too; call
// it while there is only one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/confine/profile.hpp"
#include "runtime/result.hpp"

namespace ringfence {

enum class ConfineMode { require, automatic, off };

std::optional<ConfineMode> parse_confine_mode(std::string_view text);  // require | auto | off

// What is in force, for /health: "no_new_privs, seccomp, landlock 4" or "off". In `require` any
// part that fails (Landlock below ABI 1 included) is an error; in `automatic` it is missing from
// the text.
Result<std::string> confine(const Profile& profile, ConfineMode mode);

}  // namespace ringfence
