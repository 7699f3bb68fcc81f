#include "admin/table/row_editor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "admin/table/group_members.hpp"
#include "admin/table/row_refusal.hpp"

namespace ringfence::admin {

Result<void> RowEditor::add_password(Fields& fields, const RowEdit& edit,
                                     const std::string& username,
                                     const std::optional<FoundRow>& tenant) const {
  if (!edit.password) return {};
  auto given = values_.password_fields(*edit.password, username, tenant);
  if (!given) return std::unexpected(given.error());
  std::ranges::move(*given, std::back_inserter(fields));
  return {};
}

Result<std::optional<FoundRow>> RowEditor::tenant_for_new(const RowEdit& edit,
                                                          const RowName& name) const {
  if (!kind_.has_tenant()) return std::optional<FoundRow>();
  const std::optional<std::string>& said = name.tenant ? name.tenant : edit.tenant;
  // A rule of the access list without a tenant holds for all of them.
  if (!said && kind_.noun == "acl") return std::optional<FoundRow>();
  auto tenant = said ? find_tenant(database_, *said) : only_tenant(database_);
  if (!tenant) return std::unexpected(tenant.error());
  return std::optional(std::move(*tenant));
}

Result<RowName> RowEditor::name_for_new(RowEdit& edit) const {
  if (kind_.key == KeyForm::number) {
    if (!edit.name) return RowName();
    return fail(fmt::format("{} gets its number by itself: leave out '{}'", kind_.with_article(),
                            *edit.name));
  }
  if (edit.name) {
    RowName name = parse_row_name(kind_, *edit.name, edit.tenant);
    edit.assignments.push_back({std::string(kind_.key_column), name.name});
    return name;
  }
  const auto given = std::ranges::find(edit.assignments, kind_.key_column, &Assignment::column);
  if (given != edit.assignments.end()) return RowName{std::nullopt, given->text};
  return fail(fmt::format("'{} add' needs the {}'s {}", kind_.noun, kind_.noun, kind_.key_column));
}

Result<std::string> RowEditor::add(const RowEdit& edit) const {
  RowEdit whole = edit;
  const auto name = name_for_new(whole);
  if (!name) return std::unexpected(name.error());
  const auto tenant = tenant_for_new(edit, *name);
  if (!tenant) return std::unexpected(tenant.error());
  auto fields = values_.fields_of(whole.assignments, *tenant);
  if (!fields) return std::unexpected(fields.error());
  if (*tenant) fields->push_back({"tenant_id", Value((*tenant)->id)});
  if (const auto added = add_password(*fields, edit, name->name, *tenant); !added) {
    return std::unexpected(added.error());
  }
  return write(whole, *tenant, [&] { return insert(*fields, name->name); });
}

const std::string* RowEditor::members_in(const RowEdit& edit) const {
  for (const Assignment& assignment : edit.assignments) {
    const Column* column = kind_.find(assignment.column);
    if (column != nullptr && column->type == ColumnType::members) return &assignment.text;
  }
  return nullptr;
}

Result<std::string> RowEditor::write(const RowEdit& edit, const std::optional<FoundRow>& tenant,
                                     const std::function<Result<std::int64_t>()>& row) const {
  const auto begun = database_.query("BEGIN IMMEDIATE");
  if (!begun) return std::unexpected(explain(begun.error(), database_));
  auto id = row();
  if (const std::string* members = members_in(edit); id && members != nullptr && tenant) {
    const auto written = replace_members(database_, *id, tenant->id, *members);
    if (!written) id = std::unexpected(written.error());
  }
  const auto ended = database_.query(id ? "COMMIT" : "ROLLBACK");
  if (!id) return std::unexpected(id.error());
  if (!ended) return std::unexpected(explain(ended.error(), database_));
  return full_name(*id);
}

Result<std::int64_t> RowEditor::insert(const Fields& fields, const std::string& name) const {
  std::vector<std::string> columns;
  std::vector<std::string> marks;
  std::vector<Value> values;
  for (const Field& field : fields) {
    columns.push_back(field.column);
    marks.push_back(fmt::format("?{}", columns.size()));
    values.push_back(field.value);
  }
  const auto done = database_.query(fmt::format("INSERT INTO {} ({}) VALUES ({})", kind_.table,
                                                fmt::join(columns, ", "), fmt::join(marks, ", ")),
                                    values);
  if (!done) return std::unexpected(row_refusal(database_, kind_, done.error(), name));
  return keep_beside_profile(fields, {database_.last_insert_id(), name});
}

// A trunk's profile fills in what has its default still: what was said beside it stays, also where
// it says just that default.
Result<std::int64_t> RowEditor::keep_beside_profile(const Fields& fields,
                                                    const FoundRow& row) const {
  Fields beside;
  for (const Field& field : fields) {
    if (field.column != "profile") beside.push_back(field);
  }
  if (kind_.noun != "trunk" || beside.size() == fields.size()) return row.id;
  return update(beside, row);
}

Result<std::string> RowEditor::full_name(std::int64_t id) const {
  const auto records = database_.query(
      fmt::format("SELECT {} FROM {} WHERE t.rowid = ?1", kind_.key_expression, kind_.source),
      {Value(id)});
  if (!records) return std::unexpected(explain(records.error(), database_));
  if (records->empty()) return fail("the row has vanished meanwhile");
  return to_text(records->front().front());
}

Result<std::optional<FoundRow>> RowEditor::tenant_of(const FoundRow& row) const {
  if (!kind_.has_tenant()) return std::optional<FoundRow>();
  const auto records = database_.query(
      fmt::format("SELECT o.id, o.name FROM {} t JOIN tenants o ON o.id = t.tenant_id "
                  "WHERE t.rowid = {}",
                  kind_.table, row.id));
  if (!records) return std::unexpected(explain(records.error(), database_));
  if (records->empty()) return std::optional<FoundRow>();
  return std::optional(
      FoundRow{std::get<std::int64_t>(records->front()[0]), to_text(records->front()[1])});
}

Result<FoundRow> RowEditor::find(const RowEdit& edit) const {
  return find_row(database_, kind_, parse_row_name(kind_, edit.name.value_or(""), edit.tenant));
}

Result<std::string> RowEditor::set(const RowEdit& edit) const {
  const auto row = find(edit);
  if (!row) return std::unexpected(row.error());
  const auto tenant = tenant_of(*row);
  if (!tenant) return std::unexpected(tenant.error());
  auto fields = values_.fields_of(edit.assignments, *tenant);
  if (!fields) return std::unexpected(fields.error());
  std::string username = parse_row_name(kind_, row->full_name, std::nullopt).name;
  const auto renamed = std::ranges::find(*fields, kind_.key_column, &Field::column);
  if (renamed != fields->end()) username = to_text(renamed->value);
  if (const auto added = add_password(*fields, edit, username, *tenant); !added) {
    return std::unexpected(added.error());
  }
  if (fields->empty() && members_in(edit) == nullptr) {
    return fail(
        fmt::format("nothing to set; {} has {}", kind_.with_article(), writable_columns(kind_)));
  }
  return write(edit, *tenant, [&] { return update(*fields, *row); });
}

Result<std::int64_t> RowEditor::update(const Fields& fields, const FoundRow& row) const {
  if (fields.empty()) return row.id;
  std::vector<std::string> parts;
  std::vector<Value> values;
  for (const Field& field : fields) {
    parts.push_back(fmt::format("{} = ?{}", field.column, parts.size() + 1));
    values.push_back(field.value);
  }
  const auto done = database_.query(
      fmt::format("UPDATE {} SET {} WHERE rowid = {}", kind_.table, fmt::join(parts, ", "), row.id),
      values);
  if (!done) return std::unexpected(row_refusal(database_, kind_, done.error(), row.full_name));
  return keep_beside_profile(fields, row);
}

Result<std::string> RowEditor::remove(const RowEdit& edit) const {
  const auto row = find(edit);
  if (!row) return std::unexpected(row.error());
  const auto done =
      database_.query(fmt::format("DELETE FROM {} WHERE rowid = {}", kind_.table, row->id));
  if (!done) return std::unexpected(row_refusal(database_, kind_, done.error(), row->full_name));
  return row->full_name;
}

Result<RowList> RowEditor::list(const std::optional<std::string>& tenant) const {
  return list_rows(database_, kind_, tenant);
}

Result<RowList> RowEditor::show(const RowEdit& edit) const {
  const auto row = find(edit);
  if (!row) return std::unexpected(row.error());
  return show_row(database_, kind_, *row);
}

}  // namespace ringfence::admin
