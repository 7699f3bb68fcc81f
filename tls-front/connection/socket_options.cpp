#include "tls-front/connection/socket_options.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace ringfence::tls_front {
namespace {

constexpr int kProbeAfterSeconds = 120;
constexpr int kProbeEverySeconds = 15;
constexpr int kProbes = 4;
constexpr unsigned kUnansweredMilliseconds = 30'000;  // data that nobody acknowledges

template <typename T>
void set(int descriptor, int level, int option, T value) {
  ::setsockopt(descriptor, level, option, &value, sizeof value);
}

}  // namespace

void set_stream_options(int descriptor) {
  set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, kProbeAfterSeconds);
  set(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, kProbeEverySeconds);
  set(descriptor, IPPROTO_TCP, TCP_KEEPCNT, kProbes);
  set(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, kUnansweredMilliseconds);
}

void reset_at_close(int descriptor) {
  set(descriptor, SOL_SOCKET, SO_LINGER, linger{1, 0});
}

}  // namespace ringfence::tls_front
