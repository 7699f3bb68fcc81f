#include "admin/control/control_stream.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace ringfence::admin {
namespace {

constexpr std::string_view kError = "error: ";
constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kLongestLine = std::size_t{4} << 20;

Result<Fd> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail("the path " + path + " is too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return system_error("cannot make a socket");
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const std::string reason = std::strerror(errno);
    return fail("cannot reach " + path + ": " + reason +
                "; does Ringfence run, and is --run or RINGFENCE_RUN its folder?");
  }
  return fd;
}

// From now on both signals wait in a descriptor.
Result<Fd> take_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  if (::sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return system_error("cannot block signals");
  Fd signals(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals) return system_error("cannot watch signals");
  return signals;
}

}  // namespace

Result<ControlStream> ControlStream::open(const std::string& run_directory,
                                          std::string_view request) {
  if (request.find('\n') != request.npos) return fail("that is neither a call nor an extension");
  auto socket = connect_to(run_directory + "/control.sock");
  if (!socket) return std::unexpected(socket.error());
  auto signals = take_signals();
  if (!signals) return std::unexpected(signals.error());
  const std::string line = std::string(request) + "\n";
  if (::send(socket->get(), line.data(), line.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(line.size())) {
    return system_error("cannot write to the admin socket");
  }
  ControlStream stream(std::move(*socket), std::move(*signals));
  const auto first = stream.next(std::chrono::steady_clock::now() + kPatience);
  if (!first) return std::unexpected(first.error());
  const auto* answer = std::get_if<std::string>(&*first);
  if (answer == nullptr) return fail("no answer on the admin socket");
  if (*answer != "ok") return fail("the admin socket answers something unknown");
  return stream;
}

std::optional<std::string> ControlStream::take_line() {
  const auto end = received_.find('\n', start_);
  if (end == std::string::npos) {
    received_.erase(0, std::exchange(start_, 0));
    return std::nullopt;
  }
  std::string line = received_.substr(start_, end - start_);
  start_ = end + 1;
  return line;
}

Result<std::optional<ControlStream::Event>> ControlStream::wait(
    std::optional<TimePoint> until) const {
  std::array<pollfd, 2> watched{pollfd{socket_.get(), POLLIN, 0},
                                pollfd{signals_.get(), POLLIN, 0}};
  int patience = -1;
  if (until) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*until - std::chrono::steady_clock::now());
    patience = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
  }
  const int ready = ::poll(watched.data(), watched.size(), patience);
  if (ready < 0 && errno != EINTR) return system_error("cannot wait for the admin socket");
  if (watched[1].revents != 0) return std::optional<Event>(Interrupted{});
  if (ready == 0 && until && std::chrono::steady_clock::now() >= *until) {
    return std::optional<Event>(TimeOver{});
  }
  return std::optional<Event>();
}

Result<ControlStream::Event> ControlStream::next(std::optional<TimePoint> until) {
  for (;;) {
    if (auto line = take_line()) {
      if (*line == "end") return Event(End{});
      if (line->starts_with(kError)) return fail(line->substr(kError.size()));
      return Event(std::move(*line));
    }
    auto event = wait(until);
    if (!event) return std::unexpected(event.error());
    if (*event) return std::move(**event);
    std::array<char, 65536> octets{};
    const ssize_t count = ::recv(socket_.get(), octets.data(), octets.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count < 0) return system_error("cannot read from the admin socket");
    if (count == 0) {
      return fail(received_.empty() ? "the admin socket was closed before the end"
                                    : "the admin socket was closed in the middle of a line");
    }
    received_.append(octets.data(), static_cast<std::size_t>(count));
    if (received_.size() - start_ > kLongestLine) return fail("a line of the answer is too long");
  }
}

Result<std::vector<std::string>> control_list(const std::string& run_directory,
                                              std::string_view request) {
  auto stream = ControlStream::open(run_directory, request);
  if (!stream) return std::unexpected(stream.error());
  std::vector<std::string> lines;
  const TimePoint until = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    auto event = stream->next(until);
    if (!event) return std::unexpected(event.error());
    if (auto* line = std::get_if<std::string>(&*event)) {
      lines.push_back(std::move(*line));
    } else if (std::holds_alternative<ControlStream::End>(*event)) {
      return lines;
    } else {
      return fail("the list did not come to its end");
    }
  }
}

}  // namespace ringfence::admin
