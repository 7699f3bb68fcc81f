#include "supervisor/config/kept_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "runtime/fd.hpp"

namespace ringfence::supervisor {
namespace {

constexpr std::size_t kMaxKeptFile = 256 << 20;

Result<void> write_whole(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error("cannot write " + path);
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace

Result<std::string> read_kept_file(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file && errno == ENOENT) return std::string();
  if (!file) return system_error("cannot open " + path);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return system_error("cannot read " + path);
  if (!S_ISREG(status.st_mode) || status.st_uid != ::geteuid()) {
    return fail(path + " is not a file of ours");
  }
  return read_whole(file, kMaxKeptFile);
}

Result<void> write_kept_file(const std::string& path, std::string_view content) {
  const std::string next = path + ".new";
  ::unlink(next.c_str());
  const Fd file(::open(next.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return system_error("cannot create " + next);
  if (auto written = write_whole(file.get(), content, next); !written) return written;
  if (::fdatasync(file.get()) != 0) return system_error("cannot write " + next);
  if (std::rename(next.c_str(), path.c_str()) != 0) return system_error("cannot replace " + path);
  return {};
}

}  // namespace ringfence::supervisor
