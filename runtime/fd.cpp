#include "runtime/fd.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>

namespace ringfence {

Result<Fd> duplicate(const Fd& fd) {
  const int copy = ::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return system_error("cannot duplicate a descriptor");
  return Fd(copy);
}

Result<std::pair<Fd, Fd>> socket_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
    return system_error("cannot make a socket pair");
  }
  return std::pair(Fd(ends[0]), Fd(ends[1]));
}

Result<std::string> read_whole(const Fd& fd, std::size_t limit) {
  std::string content;
  char chunk[4096];
  while (true) {
    const ssize_t n = ::pread(fd.get(), chunk, sizeof chunk, static_cast<off_t>(content.size()));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error("cannot read");
    if (n == 0) return content;
    content.append(chunk, static_cast<std::size_t>(n));
    if (content.size() > limit) return fail("longer than " + std::to_string(limit) + " octets");
  }
}

}  // namespace ringfence
