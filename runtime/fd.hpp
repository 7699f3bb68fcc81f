// Fd: the one owner of a file descriptor. Move-only; closes at the end of its life.
#pragma once

#include <unistd.h>

#include <utility>

#include "runtime/result.hpp"

namespace ringfence {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Fd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

// A duplicate with close-on-exec set.
Result<Fd> duplicate(const Fd& fd);
// A connected pair of Unix stream sockets, non-blocking, close-on-exec.
Result<std::pair<Fd, Fd>> socket_pair();
// The whole content of an open file from its beginning, whatever its offset; at most `limit`
// octets.
Result<std::string> read_whole(const Fd& fd, std::size_t limit);

}  // namespace ringfence
