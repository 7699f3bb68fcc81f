#include "runtime/confine/seccomp.hpp"

#include <seccomp.h>

#include <cerrno>
#include <memory>
#include <string>

namespace ringfence {
namespace {

struct FilterDeleter {
  void operator()(void* context) const { seccomp_release(context); }
};
using FilterPtr = std::unique_ptr<void, FilterDeleter>;

constexpr std::string_view kDeadly[] = {
    "execve",     "execveat",    "ptrace",       "process_vm_readv", "process_vm_writev",
    "bpf",        "init_module", "finit_module", "kexec_load",       "mount",
    "pivot_root", "chroot",      "setuid",       "setgid",           "setreuid",
    "setresuid",  "keyctl",      "add_key",      "userfaultfd",      "perf_event_open",
};

Result<void> add(void* filter, std::uint32_t action, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    const int number = seccomp_syscall_resolve_name(std::string(name).c_str());
    if (number < 0) continue;
    const int error = seccomp_rule_add(filter, action, number, 0);
    if (error != 0 && error != -EEXIST) {
      return system_error("seccomp: cannot add " + std::string(name), -error);
    }
  }
  return {};
}

}  // namespace

Result<void> load_system_call_filter(const Profile& profile) {
  const FilterPtr filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) return fail("seccomp: out of memory");
  seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  for (const auto& result : {add(filter.get(), SCMP_ACT_KILL_PROCESS, kDeadly),
                             add(filter.get(), SCMP_ACT_ALLOW, kBaseSystemCalls),
                             add(filter.get(), SCMP_ACT_ALLOW, profile.system_calls)}) {
    if (!result) return result;
  }
  if (const int error = seccomp_load(filter.get()); error != 0) {
    return system_error("seccomp: cannot load the filter", -error);
  }
  return {};
}

}  // namespace ringfence
