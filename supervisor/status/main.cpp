// ringfence-status: health, metrics and the admin socket.
#include <grp.h>

#include <cstdio>

#include "supervisor/status/status_process.hpp"

int main() {
  using namespace ringfence;
  // Asked now: once confined, no file can be read.
  std::optional<gid_t> admin_group;
  if (const group* entry = ::getgrnam("ringfence-admin")) admin_group = entry->gr_gid;
  const auto child = channel::ChildProcess::start(proto::STATUS, "status");
  if (!child) {
    std::fprintf(stderr, "ringfence-status: %s\n", child.error().message.c_str());
    return 64;
  }
  return status::StatusProcess(**child, admin_group).run();
}
