// Carries out a parsed command line: opens what it needs, prints the outcome on standard output and
// a failure as one line on standard error, and gives the exit status.
#pragma once

#include "admin/command/command_line.hpp"

namespace ringfence::admin {

int run(const CommandLine& line);

}  // namespace ringfence::admin
