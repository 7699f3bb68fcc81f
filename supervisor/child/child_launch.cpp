#include "supervisor/child/child_launch.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <pwd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <vector>

extern "C" char** environ;

namespace ringfence::supervisor {
namespace {

constexpr int kLinkFd = 3;
constexpr int kReportFd = 4;  // tells us the errno of a start that failed; closed by exec

// systemd's words are for us alone.
constexpr std::array<std::string_view, 4> kWithheld{"NOTIFY_SOCKET=", "WATCHDOG_", "LISTEN_",
                                                    "FDSTORE="};

// Calls come and go by the hundred objects: with enough of each size at hand, freeing one and
// taking the next never reaches the allocator's shared lists.
char kAllocator[] = "GLIBC_TUNABLES=glibc.malloc.tcache_count=1000";

std::vector<char*> child_environment() {
  std::vector<char*> kept;
  if (::getenv("GLIBC_TUNABLES") == nullptr) kept.push_back(kAllocator);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const bool withheld = std::ranges::any_of(
        kWithheld, [&](std::string_view prefix) { return text.starts_with(prefix); });
    if (!withheld) kept.push_back(*entry);
  }
  kept.push_back(nullptr);
  return kept;
}

// From here to exec: async-signal-safe calls only.

[[noreturn]] void give_up(int report) {
  const int reason = errno;
  [[maybe_unused]] const ssize_t n = ::write(report, &reason, sizeof reason);
  ::_exit(127);
}

void reset_signals() {
  struct sigaction by_default{};
  by_default.sa_handler = SIG_DFL;
  for (const int number : {SIGPIPE, SIGCHLD, SIGTERM, SIGINT, SIGHUP}) {
    ::sigaction(number, &by_default, nullptr);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool take_identity(const Identity& identity) {
  // Raw system calls: the C library's would stop our other threads, which are not in the child.
  return ::syscall(SYS_setgroups, 0, nullptr) == 0 &&
         ::syscall(SYS_setresgid, identity.gid, identity.gid, identity.gid) == 0 &&
         ::syscall(SYS_setresuid, identity.uid, identity.uid, identity.uid) == 0;
}

[[noreturn]] void become(const LaunchSpec& spec, char* const* arguments, char* const* environment,
                         int link, int report) {
  reset_signals();
  // Both may lie below 5: first out of the way, then into place.
  const int high_link = ::fcntl(link, F_DUPFD, 10);
  const int high_report = ::fcntl(report, F_DUPFD, 10);
  if (high_link < 0 || high_report < 0) give_up(report);
  if (::dup2(high_link, kLinkFd) < 0 || ::dup3(high_report, kReportFd, O_CLOEXEC) < 0) {
    give_up(high_report);
  }
  const int null = ::open("/dev/null", O_RDONLY);
  if (null < 0 || ::dup2(null, STDIN_FILENO) < 0) give_up(kReportFd);
  // Everything of ours is close-on-exec; this is for what a library forgot.
  ::syscall(SYS_close_range, kReportFd + 1, ~0U, 0);
  if (spec.identity && !take_identity(*spec.identity)) give_up(kReportFd);
  ::execve(spec.program.c_str(), arguments, environment);
  give_up(kReportFd);
}

// Blocks for the moment between fork and exec. 0: the program runs.
int start_error(const Fd& report) {
  int reason = 0;
  ssize_t n = 0;
  do {
    n = ::read(report.get(), &reason, sizeof reason);
  } while (n < 0 && errno == EINTR);
  return n == static_cast<ssize_t>(sizeof reason) ? reason : 0;
}

}  // namespace

Result<Identity> find_identity(const std::string& user_name) {
  const passwd* entry = ::getpwnam(user_name.c_str());
  if (entry == nullptr) return fail("there is no user " + user_name);
  return Identity{entry->pw_uid, entry->pw_gid};
}

Result<Launched> launch(const LaunchSpec& spec) {
  auto link = socket_pair();
  if (!link) return std::unexpected(link.error());
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("cannot make a pipe");
  const Fd report_in(ends[0]);
  Fd report_out(ends[1]);
  const auto slash = spec.program.rfind('/');
  std::string name = spec.program.substr(slash == std::string::npos ? 0 : slash + 1);
  char* const arguments[] = {name.data(), nullptr};
  const std::vector<char*> environment = child_environment();
  const pid_t pid = ::fork();
  if (pid < 0) return system_error("cannot fork");
  if (pid == 0) {
    become(spec, arguments, environment.data(), link->second.get(), report_out.get());
  }
  report_out.reset();
  if (const int reason = start_error(report_in); reason != 0) {
    ::waitpid(pid, nullptr, 0);
    return system_error("cannot start " + spec.program, reason);
  }
  return Launched{pid, std::move(link->first)};
}

}  // namespace ringfence::supervisor
