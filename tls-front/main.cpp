// ringfence-tls-front: every stream connection of the bundle. Started by ringfence-supervisor.
#include <fmt/core.h>

#include <cstdio>

#include "proto/channel/child_process.hpp"
#include "tls-front/front/tls_front.hpp"
#include "tls-front/tls/tls_engine.hpp"

int main() {
  using namespace ringfence;
  auto process = channel::ChildProcess::start(proto::TLS_FRONT, "tls-front");
  if (!process) {
    fmt::print(stderr, "ringfence-tls-front: {}\n", process.error().message);
    return 64;
  }
  // Before confinement: OpenSSL reads its configuration and loads what it needs now or never.
  const bool fips = (*process)->welcome().fips();
  auto engine = tls_front::TlsEngine::create(fips ? tls_front::Cryptography::fips
                                                  : tls_front::Cryptography::any);
  if (!engine) {
    (*process)->log().error("cannot set up TLS", {{"reason", engine.error().message}});
    return 1;
  }
  tls_front::TlsFront front(**process, **engine);
  return (*process)->run(
      tls_front_profile(),
      [&front](proto::FromSupervisor& message, std::vector<Fd>& fds) {
        return front.on_message(message, fds);
      },
      nullptr);
}
