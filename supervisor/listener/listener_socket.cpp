#include "supervisor/listener/listener_socket.hpp"

#include <grp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

namespace ringfence::supervisor {
namespace {

constexpr int kBacklog = 4096;
// A burst of UDP requests must fit while sip-core works on the last one.
constexpr int kUdpBufferOctets = 4 << 20;

Result<void> set_option(int fd, int level, int name, int value, const char* what) {
  if (::setsockopt(fd, level, name, &value, sizeof value) != 0) return system_error(what);
  return {};
}

Result<void> configure(int fd, const Endpoint& endpoint) {
  if (endpoint.address.ip.is_v6()) {
    auto v6 = set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1, "IPV6_V6ONLY");
    if (!v6) return v6;
  }
  if (endpoint.transport == ListenerTransport::udp) {
    // The kernel's maximum may be lower: it then takes that.
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kUdpBufferOctets, sizeof kUdpBufferOctets);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kUdpBufferOctets, sizeof kUdpBufferOctets);
    return {};
  }
  return set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
}

}  // namespace

Result<Fd> bind_listener(const Endpoint& endpoint) {
  const bool udp = endpoint.transport == ListenerTransport::udp;
  const int domain = endpoint.address.ip.is_v6() ? AF_INET6 : AF_INET;
  const int type = (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
  Fd fd(::socket(domain, type, 0));
  if (!fd) return system_error("cannot make a socket");
  if (auto configured = configure(fd.get(), endpoint); !configured) {
    return std::unexpected(configured.error());
  }
  sockaddr_storage storage{};
  const socklen_t length = endpoint.address.to_sockaddr(storage);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) {
    return system_error("cannot bind " + endpoint.address.to_string());
  }
  if (!udp && ::listen(fd.get(), kBacklog) != 0) {
    return system_error("cannot listen on " + endpoint.address.to_string());
  }
  return fd;
}

Result<Fd> bind_control_socket(const std::string& path, const std::string& group) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() > kMaxSocketPath) {
    return fail("the socket path " + path + " is longer than " + std::to_string(kMaxSocketPath) +
                " bytes: choose a shorter --run folder");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  struct stat status{};
  if (::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) ::unlink(path.c_str());
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return system_error("cannot make a socket");
  const mode_t before = ::umask(0117);
  const int bound = ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int reason = errno;
  ::umask(before);
  if (bound != 0) return system_error("cannot bind " + path, reason);
  // Without that group only root and our own user reach it.
  if (const ::group* entry = ::getgrnam(group.c_str()); entry != nullptr) {
    if (::chown(path.c_str(), static_cast<uid_t>(-1), entry->gr_gid) != 0 && errno != EPERM) {
      return system_error("cannot give " + path + " to the group " + group);
    }
  }
  if (::listen(fd.get(), 16) != 0) return system_error("cannot listen on " + path);
  return fd;
}

}  // namespace ringfence::supervisor
