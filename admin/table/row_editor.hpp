// RowEditor: add, set, rm, list and show for every kind of row. It turns what people wrote into
// values, references into ids and passwords into digest hashes, and refusals of the database into
// one sentence. A secret goes in and never comes out.
#pragma once

#include <functional>
#include <optional>
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

struct RowEdit {
  std::optional<std::string> name;    // add: may be missing
  std::optional<std::string> tenant;  // --tenant
  std::vector<Assignment> assignments;
  std::optional<std::string> password;
};

// Rows as they are shown. records[i][0] is the id, then one value per column.
struct RowList {
  std::vector<const Column*> columns;
  Records records;
};

class RowEditor {
 public:
  RowEditor(const Database& database, const RowKind& kind) : database_(database), kind_(kind) {}

  // Each gives the full name of the row.
  Result<std::string> add(const RowEdit& edit) const;
  Result<std::string> set(const RowEdit& edit) const;
  Result<std::string> remove(const RowEdit& edit) const;

  Result<RowList> list(const std::optional<std::string>& tenant) const;
  Result<RowList> show(const RowEdit& edit) const;

 private:
  struct Field {
    std::string column;
    Value value;
  };
  using Fields = std::vector<Field>;

  Result<Fields> fields_of(const RowEdit& edit, const std::optional<FoundRow>& tenant) const;
  Result<Value> value_of(const Column& column, const std::string& text,
                         const std::optional<FoundRow>& tenant) const;
  bool may_be_null(const Column& column) const;
  Result<void> add_password(Fields& fields, const RowEdit& edit, const std::string& username,
                            const std::optional<FoundRow>& tenant) const;
  // Also turns a name that was given into an assignment of `edit`.
  Result<RowName> name_for_new(RowEdit& edit) const;
  // Of both the id.
  Result<std::int64_t> insert(const Fields& fields, const std::string& name) const;
  Result<std::int64_t> keep_beside_profile(const Fields& fields, const FoundRow& row) const;
  Result<std::int64_t> update(const Fields& fields, const FoundRow& row) const;
  // Whole or not at all, with the members of a group where they are given.
  Result<std::string> write(const RowEdit& edit, const std::optional<FoundRow>& tenant,
                            const std::function<Result<std::int64_t>()>& row) const;
  // Where they are given.
  const std::string* members_in(const RowEdit& edit) const;
  Result<std::string> full_name(std::int64_t id) const;
  Result<std::optional<FoundRow>> tenant_for_new(const RowEdit& edit, const RowName& name) const;
  Result<std::optional<FoundRow>> tenant_of(const FoundRow& row) const;
  Result<FoundRow> find(const RowEdit& edit) const;
  Result<RowList> select(std::string_view condition) const;
  Error refusal(const SqlError& error, const std::string& name) const;

  const Database& database_;
  const RowKind& kind_;
};

// "tls, tls_port, …": the columns that may be set.
std::string writable_columns(const RowKind& kind);

}  // namespace ringfence::admin
