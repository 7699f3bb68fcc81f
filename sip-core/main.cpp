// ringfence-sip-core: decides about every SIP message; started by ringfence-supervisor.
#include <cstdio>

#include "sip-core/shell/sip_core_process.hpp"

int main() {
  using namespace ringfence;
  auto child = channel::ChildProcess::start(proto::SIP_CORE, "sip-core");
  if (!child) {
    std::fprintf(stderr, "ringfence-sip-core: %s\n", child.error().message.c_str());
    return 64;
  }
  auto process = sip_core::SipCoreProcess::make(**child);
  if (!process) {
    (*child)->log().error("sip-core cannot start", {{"reason", process.error().reason}});
    return process.error().exit_status;
  }
  return (*process)->run();
}
