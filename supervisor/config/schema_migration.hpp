// schema_migration: brings an older configuration database up to the schema of this program. All
// steps are one transaction, so whoever looks, also after a power cut, finds the old schema or the
// new one, whole; before it, the database is copied beside itself.
#pragma once

#include <string>

#include "runtime/result.hpp"

namespace ringfence::supervisor {

// Where the copy of version `version` lies: "config.db.version-1".
std::string backup_path(const std::string& database_path, int version);

// From which version it came. Errors, with nothing changed: somebody else writes to it, the copy or
// the database cannot be written, a row that the new schema refuses.
Result<int> migrate(const std::string& database_path);

}  // namespace ringfence::supervisor
