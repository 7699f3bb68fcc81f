// Reads the whole configuration in one read transaction into a Config. It judges nothing: that is
// the validator's. Errors are those of SQLite.
#pragma once

#include "runtime/result.hpp"
#include "supervisor/config/config.hpp"
#include "supervisor/config/statement.hpp"

namespace ringfence::supervisor {

Result<Config> read_config(sqlite3* database);

// The entries of a source_cidrs column, separated by commas or white space.
std::vector<std::string> split_list(std::string_view text);

}  // namespace ringfence::supervisor
