#include "admin/net/blocking_socket.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "runtime/clock.hpp"
#include "runtime/fd.hpp"

namespace ringfence::admin {
namespace {

class Exchange {
 public:
  Exchange(Fd fd, std::string who, const ExchangeLimits& limits)
      : fd_(std::move(fd)),
        who_(std::move(who)),
        limits_(limits),
        deadline_(std::chrono::steady_clock::now() + limits.time) {}

  Result<std::string> run(const sockaddr* address, socklen_t size, std::string_view question) {
    if (::connect(fd_.get(), address, size) != 0) {
      if (errno != EINPROGRESS) return system_error("cannot reach " + who_);
      if (const auto ready = wait(POLLOUT); !ready) return std::unexpected(ready.error());
      int error = 0;
      socklen_t length = sizeof error;
      ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
      if (error != 0) return system_error("cannot reach " + who_, error);
    }
    if (const auto written = write(question); !written) return std::unexpected(written.error());
    return read();
  }

 private:
  Result<void> wait(short events) const {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    pollfd watched{fd_.get(), events, 0};
    const int ready = left.count() <= 0 ? 0 : ::poll(&watched, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return system_error("cannot wait for " + who_);
    if (ready == 0) return fail("no answer from " + who_ + " within the time");
    return {};
  }

  Result<void> write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t count = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (count >= 0) {
        text.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno != EAGAIN && errno != EINTR) {
        return system_error("cannot write to " + who_);
      } else if (const auto ready = wait(POLLOUT); !ready) {
        return std::unexpected(ready.error());
      }
    }
    return {};
  }

  Result<std::string> read() const {
    std::string answer;
    std::array<char, 16384> octets{};
    while (answer.size() <= limits_.octets) {
      const ssize_t count = ::recv(fd_.get(), octets.data(), octets.size(), 0);
      if (count == 0) return answer;
      if (count > 0) {
        answer.append(octets.data(), static_cast<std::size_t>(count));
      } else if (errno != EAGAIN && errno != EINTR) {
        return system_error("cannot read from " + who_);
      } else if (const auto ready = wait(POLLIN); !ready) {
        return std::unexpected(ready.error());
      }
    }
    return fail("the answer of " + who_ + " is too long");
  }

  Fd fd_;
  std::string who_;
  ExchangeLimits limits_;
  TimePoint deadline_;
};

Fd stream_socket(int family) {
  return Fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

}  // namespace

Result<std::string> ask(const SocketAddress& address, std::string_view question,
                        const ExchangeLimits& limits) {
  sockaddr_storage storage{};
  const socklen_t size = address.to_sockaddr(storage);
  Fd fd = stream_socket(storage.ss_family);
  if (!fd) return system_error("cannot make a socket");
  return Exchange(std::move(fd), address.to_string(), limits)
      .run(reinterpret_cast<const sockaddr*>(&storage), size, question);
}

bool is_listened_at(const SocketAddress& address) {
  sockaddr_storage storage{};
  const socklen_t size = address.to_sockaddr(storage);
  const Fd fd(::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return fd && ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), size) == 0;
}

Result<std::string> ask(const std::string& path, std::string_view question,
                        const ExchangeLimits& limits) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail("the path " + path + " is too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  Fd fd = stream_socket(AF_UNIX);
  if (!fd) return system_error("cannot make a socket");
  return Exchange(std::move(fd), path, limits)
      .run(reinterpret_cast<const sockaddr*>(&address), sizeof address, question);
}

}  // namespace ringfence::admin
