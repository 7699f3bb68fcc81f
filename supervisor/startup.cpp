#include "supervisor/startup.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "supervisor/listener/listener_socket.hpp"

namespace ringfence::supervisor {
namespace {

constexpr const char* kAdminGroup = "ringfence-admin";
// Sticky: in a folder that the group may write to, nobody removes or renames another's files.
constexpr mode_t kSharedFolder = S_ISVTX | 0770;

constexpr unsigned kNeeded[] = {CAP_DAC_READ_SEARCH, CAP_KILL, CAP_SETGID, CAP_SETUID,
                                CAP_NET_BIND_SERVICE};

Result<void> make_folder(const std::string& path, mode_t mode, const char* what) {
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) {
    return system_error(std::string("cannot make the ") + what + " folder " + path);
  }
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    return fail(std::string("the ") + what + " folder " + path + " is no folder");
  }
  if (::access(path.c_str(), W_OK | X_OK) != 0) {
    return system_error(std::string("cannot write to the ") + what + " folder " + path);
  }
  return {};
}

}  // namespace

Result<void> prepare_folders(const Options& options, const std::optional<Identity>& sip_core) {
  auto made = make_folder(options.state_directory, 0750, "state");
  if (!made) return made;
  if (sip_core) {
    const char* path = options.state_directory.c_str();
    if (::chown(path, 0, sip_core->gid) != 0 || ::chmod(path, kSharedFolder) != 0) {
      return system_error("cannot give the state folder to sip-core");
    }
  }
  return make_folder(options.run_directory, 0755, "run");
}

Result<Fd> lock_state_folder(const Options& options) {
  const std::string path = options.state_directory + "/supervisor.lock";
  Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return system_error("cannot open " + path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno != EWOULDBLOCK) return system_error("cannot lock " + path);
  return fail("another ringfence-supervisor works in the state folder " + options.state_directory);
}

std::string control_socket_path(const Options& options) {
  return options.run_directory + "/control.sock";
}

Result<StartupSockets> bind_startup_sockets(const Options& options) {
  StartupSockets sockets;
  auto http = bind_listener({ListenerTransport::tcp, options.http});
  if (!http) return fail("the HTTP page: " + http.error().message);
  sockets.http = std::move(*http);
  auto control = bind_control_socket(control_socket_path(options), kAdminGroup);
  if (!control) return std::unexpected(control.error());
  sockets.control = std::move(*control);
  return sockets;
}

Result<void> keep_needed_capabilities() {
  std::uint32_t needed = 0;
  for (const unsigned capability : kNeeded)
    needed |= 1U << capability;
  // The bounding set first, while we may still change it; EINVAL: past the kernel's last one.
  for (unsigned capability = 0; capability <= 63; ++capability) {
    if (capability < 32 && (needed & (1U << capability)) != 0) continue;
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EINVAL) break;
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct kept[2] = {{needed, needed, 0}, {0, 0, 0}};
  if (::syscall(SYS_capset, &header, kept) != 0) return system_error("cannot drop capabilities");
  return {};
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void allow_locked_memory() {
  const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
  ::setrlimit(RLIMIT_MEMLOCK, &all);
}

}  // namespace ringfence::supervisor
