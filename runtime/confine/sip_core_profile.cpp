#include "runtime/confine/profile.hpp"

namespace ringfence {
namespace {

// SQLite's files below the state folder, and a damaged one's new name; c-ares's sockets towards the
// resolver.
constexpr std::string_view kCalls[] = {
    "open",       "openat",    "stat",       "lstat",         "statx",
    "access",     "faccessat", "faccessat2", "unlink",        "unlinkat",
    "ftruncate",  "fallocate", "fsync",      "fdatasync",     "fchmod",
    "fchown",     "getcwd",    "readlink",   "readlinkat",    "umask",
    "socket",     "connect",   "bind",       "inotify_init1", "inotify_add_watch",
    "getdents64", "fadvise64", "rename",     "renameat",      "renameat2",
};

}  // namespace

Profile sip_core_profile(std::string state_directory) {
  return {"sip-core",
          kCalls,
          {{std::move(state_directory), PathAccess::write_directory},
           {"/etc/resolv.conf", PathAccess::read_file},
           {"/etc/hosts", PathAccess::read_file},
           {"/etc/nsswitch.conf", PathAccess::read_file},
           {"/etc/host.conf", PathAccess::read_file},
           {"/etc/services", PathAccess::read_file},
           {"/dev/urandom", PathAccess::read_file}},
          {.open_files = 65536}};
}

}  // namespace ringfence
