// ringfencectl: sets up, watches and tests Ringfence from a shell.

#include <cstdio>

#include "admin/command/command_line.hpp"
#include "admin/command/run.hpp"

int main(int argc, char** argv) {
  using namespace ringfence::admin;
  const auto line = parse_command_line(argc, argv, Environment::of_process());
  if (!line) {
    std::fputs(line.error().text.c_str(), line.error().status == kExitDone ? stdout : stderr);
    return line.error().status;
  }
  return run(*line);
}
