#include "runtime/confine/landlock.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "runtime/fd.hpp"

namespace ringfence {
namespace {

// Kernel ABI, linux/landlock.h; the newer constants are not in Debian 12's copy.
struct RulesetAttributes {
  std::uint64_t handled_access_fs;
};
struct [[gnu::packed]] PathBeneathAttributes {
  std::uint64_t allowed_access;
  std::int32_t parent_fd;
};
constexpr std::uint32_t kCreateRulesetVersion = 1;
constexpr int kRulePathBeneath = 1;

constexpr std::uint64_t kWriteFile = 1u << 1;
constexpr std::uint64_t kReadFile = 1u << 2;
constexpr std::uint64_t kReadDirectory = 1u << 3;
constexpr std::uint64_t kRemoveFile = 1u << 5;
constexpr std::uint64_t kMakeRegular = 1u << 8;
constexpr std::uint64_t kAllAbi1 = (1u << 13) - 1;
constexpr std::uint64_t kRefer = 1u << 13;        // ABI 2
constexpr std::uint64_t kTruncate = 1u << 14;     // ABI 3
constexpr std::uint64_t kIoctlDevice = 1u << 15;  // ABI 5

std::uint64_t handled_by(int abi) {
  std::uint64_t handled = kAllAbi1;
  if (abi >= 2) handled |= kRefer;
  if (abi >= 3) handled |= kTruncate;
  if (abi >= 5) handled |= kIoctlDevice;
  return handled;
}

std::uint64_t rights_of(PathAccess access) {
  switch (access) {
    case PathAccess::read_file:
      return kReadFile;
    case PathAccess::read_directory:
      return kReadFile | kReadDirectory;
    case PathAccess::write_directory:
      return kReadFile | kReadDirectory | kWriteFile | kRemoveFile | kMakeRegular | kTruncate;
  }
  return 0;
}

Result<void> add_rule(int ruleset, const PathRule& rule, std::uint64_t handled) {
  const Fd path(::open(rule.path.c_str(), O_PATH | O_CLOEXEC));
  if (!path) {
    if (errno == ENOENT) return {};
    return system_error("landlock: cannot open " + rule.path);
  }
  const PathBeneathAttributes attributes{rights_of(rule.access) & handled, path.get()};
  if (::syscall(SYS_landlock_add_rule, ruleset, kRulePathBeneath, &attributes, 0) != 0) {
    return system_error("landlock: cannot add a rule for " + rule.path);
  }
  return {};
}

}  // namespace

Result<int> restrict_paths(std::span<const PathRule> rules) {
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, kCreateRulesetVersion);
  if (abi < 1) return system_error("landlock is not available");
  const RulesetAttributes attributes{handled_by(static_cast<int>(abi))};
  const Fd ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
  if (!ruleset) return system_error("landlock: cannot create a ruleset");
  for (const PathRule& rule : rules) {
    if (auto added = add_rule(ruleset.get(), rule, attributes.handled_access_fs); !added) {
      return std::unexpected(added.error());
    }
  }
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    return system_error("landlock: cannot restrict");
  }
  return static_cast<int>(abi);
}

}  // namespace ringfence
