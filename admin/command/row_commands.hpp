// Carries out a RowCommand on the database and gives what there is to print.
#pragma once

#include <string>

#include "admin/command/command_line.hpp"
#include "runtime/random.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

// `command.edit.password` must hold what was read from standard input already.
Result<std::string> run_row_command(const RowCommand& command, const Database& database,
                                    OutputForm output, Colours colours, Random& random);

}  // namespace ringfence::admin
