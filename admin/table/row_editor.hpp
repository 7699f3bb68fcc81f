// RowEditor: add, set, rm, list and show for every kind of row. A row is written whole or not at
// all; what the database refuses is one sentence.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "admin/table/database.hpp"
#include "admin/table/row_kind.hpp"
#include "admin/table/row_list.hpp"
#include "admin/table/row_name.hpp"
#include "admin/table/row_values.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

struct RowEdit {
  std::optional<std::string> name;    // add: may be missing
  std::optional<std::string> tenant;  // --tenant
  std::vector<Assignment> assignments;
  std::optional<std::string> password;
};

class RowEditor {
 public:
  RowEditor(const Database& database, const RowKind& kind)
      : database_(database), kind_(kind), values_(database, kind) {}

  // Each gives the full name of the row.
  Result<std::string> add(const RowEdit& edit) const;
  Result<std::string> set(const RowEdit& edit) const;
  Result<std::string> remove(const RowEdit& edit) const;

  Result<RowList> list(const std::optional<std::string>& tenant) const;
  Result<RowList> show(const RowEdit& edit) const;

 private:
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

  const Database& database_;
  const RowKind& kind_;
  RowValues values_;
};

}  // namespace ringfence::admin
