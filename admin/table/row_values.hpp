// RowValues: what people wrote of a row, as values of its columns: numbers and flags are read,
// references become ids and passwords digest hashes. A secret goes in and never comes out.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "admin/table/database.hpp"
#include "admin/table/row_kind.hpp"
#include "admin/table/row_name.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

struct Assignment {
  std::string column;  // as people write it
  std::string text;    // "" empties the column
};
// A column of the table and what is to stand in it.
struct Field {
  std::string column;
  Value value;
};
using Fields = std::vector<Field>;

class RowValues {
 public:
  RowValues(const Database& database, const RowKind& kind) : database_(database), kind_(kind) {}

  // `tenant`: the row's own, if its kind has one. Members of a group are no column.
  Result<Fields> fields_of(std::span<const Assignment> assignments,
                           const std::optional<FoundRow>& tenant) const;
  // As the kind keeps it. The hashes hold for `username` in the tenant's domain.
  Result<Fields> password_fields(const std::string& password, const std::string& username,
                                 const std::optional<FoundRow>& tenant) const;

 private:
  Result<Value> value_of(const Column& column, const std::string& text,
                         const std::optional<FoundRow>& tenant) const;
  Result<Value> reference(const Column& column, const std::string& text,
                          const std::optional<FoundRow>& tenant) const;
  bool may_be_null(const Column& column) const;

  const Database& database_;
  const RowKind& kind_;
};

// "tls, tls_port, …": the columns that may be set.
std::string writable_columns(const RowKind& kind);

}  // namespace ringfence::admin
