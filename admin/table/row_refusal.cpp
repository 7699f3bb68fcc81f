#include "admin/table/row_refusal.hpp"

#include <fmt/format.h>

namespace ringfence::admin {
namespace {

// "CHECK constraint failed: trunks.port must be …": what stands behind the colon is the sentence.
std::string behind_colon(const std::string& message) {
  const std::size_t colon = message.find(": ");
  return colon == std::string::npos ? message : message.substr(colon + 2);
}

}  // namespace

Error row_refusal(const Database& database, const RowKind& kind, const SqlError& error,
                  const std::string& name) {
  switch (error.code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY: {
      const std::string columns = behind_colon(error.message);
      if (columns.ends_with(fmt::format(".{}", kind.key_column))) {
        return {fmt::format("there is already {} {}", kind.with_article(), name)};
      }
      return {fmt::format("another {} has the same {}", kind.noun,
                          columns.substr(columns.rfind('.') + 1))};
    }
    case SQLITE_CONSTRAINT_NOTNULL: {
      const std::string column = error.message.substr(error.message.rfind('.') + 1);
      return {fmt::format("{} needs {}", kind.with_article(),
                          column.ends_with("_id") ? column.substr(0, column.size() - 3) : column)};
    }
    case SQLITE_CONSTRAINT_CHECK:
      return {behind_colon(error.message)};
    case SQLITE_CONSTRAINT_TRIGGER:
      return {error.message};
    default:
      return explain(error, database);
  }
}

}  // namespace ringfence::admin
