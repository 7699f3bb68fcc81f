// RowList: rows as they are shown. Read here, printed elsewhere.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/table/database.hpp"
#include "admin/table/row_kind.hpp"
#include "admin/table/row_name.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

// records[i][0] is the id, then one value per column.
struct RowList {
  std::vector<const Column*> columns;
  Records records;
};

// All of them, or those of one tenant.
Result<RowList> list_rows(const Database& database, const RowKind& kind,
                          const std::optional<std::string>& tenant);
Result<RowList> show_row(const Database& database, const RowKind& kind, const FoundRow& row);

}  // namespace ringfence::admin
