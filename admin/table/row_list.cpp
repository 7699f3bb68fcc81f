#include "admin/table/row_list.hpp"

#include <fmt/format.h>

namespace ringfence::admin {
namespace {

Result<RowList> select(const Database& database, const RowKind& kind, std::string_view condition) {
  RowList list;
  std::string expressions = "t.rowid";
  for (const Column& column : kind.columns) {
    list.columns.push_back(&column);
    expressions += ", ";
    expressions += column.expression.empty() ? fmt::format("t.{}", column.table_column())
                                             : std::string(column.expression);
  }
  auto records = database.query(fmt::format("SELECT {} FROM {} WHERE {} ORDER BY {}", expressions,
                                            kind.source, condition, kind.order));
  if (!records) return std::unexpected(explain(records.error(), database));
  list.records = std::move(*records);
  return list;
}

}  // namespace

Result<RowList> list_rows(const Database& database, const RowKind& kind,
                          const std::optional<std::string>& tenant) {
  if (!tenant) return select(database, kind, "1");
  if (!kind.has_tenant()) return fail(fmt::format("{} belongs to no tenant", kind.with_article()));
  const auto found = find_tenant(database, *tenant);
  if (!found) return std::unexpected(found.error());
  return select(database, kind, fmt::format("t.tenant_id = {}", found->id));
}

Result<RowList> show_row(const Database& database, const RowKind& kind, const FoundRow& row) {
  return select(database, kind, fmt::format("t.rowid = {}", row.id));
}

}  // namespace ringfence::admin
