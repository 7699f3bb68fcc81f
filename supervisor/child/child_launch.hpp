// Starts the program of a child: its end of the link at descriptor 3, standard input empty,
// standard error ours, nothing else inherited, under its own user where one is given. Between fork
// and exec only async-signal-safe calls are made, for the log has a thread.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "runtime/fd.hpp"

namespace ringfence::supervisor {

struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
};

// Error: there is no such user.
Result<Identity> find_identity(const std::string& user_name);

struct LaunchSpec {
  std::string program;               // absolute path
  std::optional<Identity> identity;  // nullopt: as we are
};

struct Launched {
  pid_t pid = -1;
  Fd link;  // our end
};

Result<Launched> launch(const LaunchSpec& spec);

}  // namespace ringfence::supervisor
