// Why the database refuses a row, as one sentence.
#pragma once

#include <string>

#include "admin/table/database.hpp"
#include "admin/table/row_kind.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

// `name`: of the row that was to be written.
Error row_refusal(const Database& database, const RowKind& kind, const SqlError& error,
                  const std::string& name);

}  // namespace ringfence::admin
