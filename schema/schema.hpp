// The configuration database's schema as text inside the program. Whoever makes a database runs
// current_schema() once on an empty file and switches the file to WAL. It is one transaction and
// sets PRAGMA user_version to kSchemaVersion. A file with a lower version is brought up to date by
// the supervisor alone, a file with a higher one is newer than we are.
#pragma once

#include <span>
#include <string_view>

namespace ringfence {

inline constexpr int kSchemaVersion = 7;

std::string_view current_schema();

// One file schema/NNNN_*.sql: statements without BEGIN and COMMIT, for all that are needed run in
// one transaction; the last sets PRAGMA user_version to its number.
struct Migration {
  std::string_view name;
  std::string_view sql;
};

// What leads from `version` (1 to kSchemaVersion) to kSchemaVersion, in order.
std::span<const Migration> migrations_from(int version);

}  // namespace ringfence
