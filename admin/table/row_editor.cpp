#include "admin/table/row_editor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "admin/table/group_members.hpp"
#include "admin/table/password_hashes.hpp"

namespace ringfence::admin {
namespace {

Result<Value> parse_number(const Column& column, const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(fmt::format("{} needs a whole number, not '{}'", column.name, text));
  }
  return Value(number);
}

Result<Value> parse_flag(const Column& column, const std::string& text) {
  constexpr std::array<std::string_view, 4> kYes{"1", "yes", "true", "on"};
  constexpr std::array<std::string_view, 4> kNo{"0", "no", "false", "off"};
  if (std::ranges::find(kYes, text) != kYes.end()) return Value(std::int64_t{1});
  if (std::ranges::find(kNo, text) != kNo.end()) return Value(std::int64_t{0});
  return fail(fmt::format("{} needs 0 or 1, not '{}'", column.name, text));
}

// "CHECK constraint failed: trunks.port must be …": what stands behind the colon is the sentence.
std::string behind_colon(const std::string& message) {
  const std::size_t colon = message.find(": ");
  return colon == std::string::npos ? message : message.substr(colon + 2);
}

}  // namespace

std::string writable_columns(const RowKind& kind) {
  std::vector<std::string_view> names;
  for (const Column& column : kind.columns) {
    if (column.is_writable()) names.push_back(column.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

bool RowEditor::may_be_null(const Column& column) const {
  const auto records =
      database_.query("SELECT \"notnull\" FROM pragma_table_info(?1) WHERE name = ?2",
                      {Value(std::string(kind_.table)), Value(std::string(column.table_column()))});
  return records && !records->empty() && records->front().front() == Value(std::int64_t{0});
}

Result<Value> RowEditor::value_of(const Column& column, const std::string& text,
                                  const std::optional<FoundRow>& tenant) const {
  if (text.empty() && may_be_null(column)) return Value();
  switch (column.type) {
    case ColumnType::number:
      return parse_number(column, text);
    case ColumnType::flag:
      return parse_flag(column, text);
    case ColumnType::text:
    case ColumnType::secret:
    case ColumnType::members:
      return Value(text);
    case ColumnType::reference:
      break;
  }
  const RowKind& kind = *find_row_kind(column.refers_to);
  RowName name = parse_row_name(kind, text, std::nullopt);
  // A trunk without its tenant is one of the tenant that the row belongs to.
  if (kind.has_tenant() && !name.tenant && tenant) name.tenant = tenant->full_name;
  const auto row = find_row(database_, kind, name);
  if (!row) return std::unexpected(row.error());
  return Value(row->id);
}

Result<RowEditor::Fields> RowEditor::fields_of(const RowEdit& edit,
                                               const std::optional<FoundRow>& tenant) const {
  Fields fields;
  for (const Assignment& assignment : edit.assignments) {
    const Column* column = kind_.find(assignment.column);
    if (column == nullptr || !column->is_writable()) {
      return fail(fmt::format("{} has no column {} that could be set; it has {}",
                              kind_.with_article(), assignment.column, writable_columns(kind_)));
    }
    if (column->type == ColumnType::members) continue;
    auto value = value_of(*column, assignment.text, tenant);
    if (!value) return std::unexpected(value.error());
    const std::string target(column->table_column());
    if (std::ranges::find(fields, target, &Field::column) != fields.end()) {
      return fail(fmt::format("{} is given twice", column->name));
    }
    fields.push_back({target, std::move(*value)});
  }
  return fields;
}

Result<void> RowEditor::add_password(Fields& fields, const RowEdit& edit,
                                     const std::string& username,
                                     const std::optional<FoundRow>& tenant) const {
  if (!edit.password) return {};
  if (kind_.passwords == PasswordForm::none) {
    return fail(fmt::format("{} has no password", kind_.with_article()));
  }
  if (edit.password->empty()) return fail("the password is empty");
  if (kind_.passwords == PasswordForm::as_given) {
    fields.push_back({"password", *edit.password});
    return {};
  }
  const auto domains = database_.query("SELECT domain FROM tenants WHERE id = ?1",
                                       {Value(tenant ? tenant->id : std::int64_t{0})});
  if (!domains) return std::unexpected(explain(domains.error(), database_));
  if (domains->empty()) return fail("a password needs a tenant: its domain is part of the hash");
  const PasswordHashes hashes =
      hash_password(username, to_text(domains->front().front()), *edit.password);
  fields.push_back({"ha1_md5", hashes.ha1_md5});
  fields.push_back({"ha1_sha256", hashes.ha1_sha256});
  fields.push_back({"password", Value()});
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
  auto fields = fields_of(whole, *tenant);
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
  if (!done) return std::unexpected(refusal(done.error(), name));
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
  auto fields = fields_of(edit, *tenant);
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
  if (!done) return std::unexpected(refusal(done.error(), row.full_name));
  return keep_beside_profile(fields, row);
}

Result<std::string> RowEditor::remove(const RowEdit& edit) const {
  const auto row = find(edit);
  if (!row) return std::unexpected(row.error());
  const auto done =
      database_.query(fmt::format("DELETE FROM {} WHERE rowid = {}", kind_.table, row->id));
  if (!done) return std::unexpected(refusal(done.error(), row->full_name));
  return row->full_name;
}

Result<RowList> RowEditor::select(std::string_view condition) const {
  RowList list;
  std::string expressions = "t.rowid";
  for (const Column& column : kind_.columns) {
    list.columns.push_back(&column);
    expressions += ", ";
    expressions += column.expression.empty() ? fmt::format("t.{}", column.table_column())
                                             : std::string(column.expression);
  }
  auto records = database_.query(fmt::format("SELECT {} FROM {} WHERE {} ORDER BY {}", expressions,
                                             kind_.source, condition, kind_.order));
  if (!records) return std::unexpected(explain(records.error(), database_));
  list.records = std::move(*records);
  return list;
}

Result<RowList> RowEditor::list(const std::optional<std::string>& tenant) const {
  if (!tenant) return select("1");
  if (!kind_.has_tenant())
    return fail(fmt::format("{} belongs to no tenant", kind_.with_article()));
  const auto found = find_tenant(database_, *tenant);
  if (!found) return std::unexpected(found.error());
  return select(fmt::format("t.tenant_id = {}", found->id));
}

Result<RowList> RowEditor::show(const RowEdit& edit) const {
  const auto row = find(edit);
  if (!row) return std::unexpected(row.error());
  return select(fmt::format("t.rowid = {}", row->id));
}

Error RowEditor::refusal(const SqlError& error, const std::string& name) const {
  switch (error.code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY: {
      const std::string columns = behind_colon(error.message);
      if (columns.ends_with(fmt::format(".{}", kind_.key_column))) {
        return {fmt::format("there is already {} {}", kind_.with_article(), name)};
      }
      return {fmt::format("another {} has the same {}", kind_.noun,
                          columns.substr(columns.rfind('.') + 1))};
    }
    case SQLITE_CONSTRAINT_NOTNULL: {
      const std::string column = error.message.substr(error.message.rfind('.') + 1);
      return {fmt::format("{} needs {}", kind_.with_article(),
                          column.ends_with("_id") ? column.substr(0, column.size() - 3) : column)};
    }
    case SQLITE_CONSTRAINT_CHECK:
      return {behind_colon(error.message)};
    case SQLITE_CONSTRAINT_TRIGGER:
      return {error.message};
    default:
      return explain(error, database_);
  }
}

}  // namespace ringfence::admin
