// Profile: what one kind of process may do after it is confined, as data. One profile per process,
// in files of their own beside this one. Names are system calls as the kernel spells them; calls
// that this architecture does not have are skipped.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence {

enum class PathAccess : std::uint8_t {
  read_file,        // one file, for reading
  read_directory,   // everything below, for reading
  write_directory,  // everything below: read, write, create, rename, remove
};

struct PathRule {
  std::string path;
  PathAccess access = PathAccess::read_file;
};

struct ResourceLimits {
  std::uint64_t open_files = 0;
};

struct Profile {
  std::string_view name;
  std::span<const std::string_view> system_calls;  // on top of kBaseSystemCalls
  std::vector<PathRule> paths;                     // a path that does not exist is left out
  ResourceLimits limits;
};

// What every process needs: memory, its loop, threads, clocks, reading and writing what it holds.
extern const std::span<const std::string_view> kBaseSystemCalls;

Profile tls_front_profile();
Profile key_keeper_profile();
Profile sip_core_profile(std::string state_directory);
Profile media_worker_profile();
Profile status_profile();

}  // namespace ringfence
