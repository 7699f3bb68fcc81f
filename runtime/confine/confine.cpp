#include "runtime/confine/confine.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "runtime/confine/landlock.hpp"
#include "runtime/confine/seccomp.hpp"
#include "runtime/fd.hpp"

namespace ringfence {
namespace {

Result<void> set_limits(const ResourceLimits& limits) {
  rlimit current{};
  if (::getrlimit(RLIMIT_NOFILE, &current) != 0) return system_error("getrlimit");
  const rlim_t files = std::min<rlim_t>(limits.open_files, current.rlim_max);
  const rlimit wanted{files, files};
  if (::setrlimit(RLIMIT_NOFILE, &wanted) != 0) return system_error("cannot limit open files");
  const rlimit no_core{0, 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0) return system_error("cannot forbid core files");
  return {};
}

Result<void> drop_capabilities() {
  // Bounding set first, while we may still change it; EINVAL: past the kernel's last capability.
  for (unsigned long capability = 0; capability <= 63; ++capability) {
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EINVAL) break;
  }
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  if (::syscall(SYS_capset, &header, none) != 0) return system_error("cannot drop capabilities");
  return {};
}

Result<void> forbid_new_privileges() {
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return system_error("cannot forbid dumps");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return system_error("no_new_privs");
  return {};
}

Result<void> prove_confined() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct held[2] = {};
  if (::syscall(SYS_capget, &header, held) != 0) return system_error("capget");
  for (const auto& set : held) {
    if ((set.effective | set.permitted | set.inheritable) != 0) {
      return fail("capabilities are still held");
    }
  }
  if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return fail("no_new_privs is not in force");
  if (::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 2) return fail("seccomp is not in force");
  const Fd root(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (root) return fail("the root directory can still be read");
  return {};
}

}  // namespace

std::optional<ConfineMode> parse_confine_mode(std::string_view text) {
  if (text == "require") return ConfineMode::require;
  if (text == "auto") return ConfineMode::automatic;
  if (text == "off") return ConfineMode::off;
  return std::nullopt;
}

Result<std::string> confine(const Profile& profile, ConfineMode mode) {
  if (mode == ConfineMode::off) return "off";
  const bool required = mode == ConfineMode::require;
  std::string in_force;
  for (const auto& step :
       {set_limits(profile.limits), drop_capabilities(), forbid_new_privileges()}) {
    if (!step) return std::unexpected(step.error());
  }
  in_force = "no_new_privs";
  const Result<int> landlock = restrict_paths(profile.paths);
  if (!landlock && required) return std::unexpected(landlock.error());
  const Result<void> filter = load_system_call_filter(profile);
  if (!filter && required) return std::unexpected(filter.error());
  if (filter) in_force += ", seccomp";
  if (landlock) in_force += ", landlock " + std::to_string(*landlock);
  if (required || (landlock && filter)) {
    if (auto proof = prove_confined(); !proof) return std::unexpected(proof.error());
  }
  return in_force;
}

}  // namespace ringfence
