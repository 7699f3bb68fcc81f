#include "admin/table/row_values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

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

}  // namespace

std::string writable_columns(const RowKind& kind) {
  std::vector<std::string_view> names;
  for (const Column& column : kind.columns) {
    if (column.is_writable()) names.push_back(column.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

bool RowValues::may_be_null(const Column& column) const {
  const auto records =
      database_.query("SELECT \"notnull\" FROM pragma_table_info(?1) WHERE name = ?2",
                      {Value(std::string(kind_.table)), Value(std::string(column.table_column()))});
  return records && !records->empty() && records->front().front() == Value(std::int64_t{0});
}

Result<Value> RowValues::value_of(const Column& column, const std::string& text,
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
      return reference(column, text, tenant);
  }
  return Value(text);
}

Result<Value> RowValues::reference(const Column& column, const std::string& text,
                                   const std::optional<FoundRow>& tenant) const {
  const RowKind& kind = *find_row_kind(column.refers_to);
  RowName name = parse_row_name(kind, text, std::nullopt);
  // A trunk without its tenant is one of the tenant that the row belongs to.
  if (kind.has_tenant() && !name.tenant && tenant) name.tenant = tenant->full_name;
  const auto row = find_row(database_, kind, name);
  if (!row) return std::unexpected(row.error());
  return Value(row->id);
}

Result<Fields> RowValues::fields_of(std::span<const Assignment> assignments,
                                    const std::optional<FoundRow>& tenant) const {
  Fields fields;
  for (const Assignment& assignment : assignments) {
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

Result<Fields> RowValues::password_fields(const std::string& password, const std::string& username,
                                          const std::optional<FoundRow>& tenant) const {
  if (kind_.passwords == PasswordForm::none) {
    return fail(fmt::format("{} has no password", kind_.with_article()));
  }
  if (password.empty()) return fail("the password is empty");
  if (kind_.passwords == PasswordForm::as_given) return Fields{{"password", password}};
  const auto domains = database_.query("SELECT domain FROM tenants WHERE id = ?1",
                                       {Value(tenant ? tenant->id : std::int64_t{0})});
  if (!domains) return std::unexpected(explain(domains.error(), database_));
  if (domains->empty()) return fail("a password needs a tenant: its domain is part of the hash");
  const PasswordHashes hashes =
      hash_password(username, to_text(domains->front().front()), password);
  return Fields{
      {"ha1_md5", hashes.ha1_md5}, {"ha1_sha256", hashes.ha1_sha256}, {"password", Value()}};
}

}  // namespace ringfence::admin
