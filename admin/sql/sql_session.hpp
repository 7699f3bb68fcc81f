// `sql`: sqlite3 on the configuration database, with state.db attached for reading and temporary
// views that join the two with what /health says: v_trunks, v_extensions, v_calls, v_past_calls.
// SQLite allows no view across files that is not temporary.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/print/row_output.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

struct SqlCommand {
  std::string statement;  // empty: an interactive session
};

struct SqlPlaces {
  std::string database;
  std::optional<std::string> state;  // state.db; absent: there is none yet
  std::string health;                // the page; empty: the box does not answer
};

// The command line of sqlite3. Pure.
std::vector<std::string> sql_arguments(const SqlPlaces& places, const SqlCommand& command,
                                       OutputForm output);

// Becomes sqlite3; comes back only where that cannot be started.
Error run_sqlite(const std::vector<std::string>& arguments);

}  // namespace ringfence::admin
