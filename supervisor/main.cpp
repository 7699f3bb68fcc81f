// ringfence-supervisor: starts and watches the processes of the bundle.
#include <csignal>
#include <cstdio>

#include "supervisor/options/options.hpp"
#include "supervisor/supervisor.hpp"

int main(int argc, char** argv) {
  using namespace ringfence;
  const auto options = supervisor::parse_options(argc, argv);
  if (!options) {
    const auto& [status, text] = options.error();
    std::fputs(text.c_str(), status == 0 ? stdout : stderr);
    return status;
  }
  std::signal(SIGPIPE, SIG_IGN);
  Logger log("supervisor", options->log_level, options->log_format);
  const auto supervisor = supervisor::Supervisor::prepare(*options, log);
  if (!supervisor) {
    std::fprintf(stderr, "ringfence-supervisor: %s\n", supervisor.error().message.c_str());
    return supervisor::kExitBadConfiguration;
  }
  log.start_async();
  return (*supervisor)->run();
}
