// The configuration database's schema, schema/0001_initial.sql, as text inside the program. Whoever
// makes a database runs it once on an empty file and switches the file to WAL. It is one
// transaction and sets PRAGMA user_version to kSchemaVersion; a file with a higher one is newer
// than we are.
#pragma once

#include <string_view>

namespace ringfence {

inline constexpr int kSchemaVersion = 1;

std::string_view initial_schema();

}  // namespace ringfence
