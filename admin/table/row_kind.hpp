// RowKind: what ringfencectl knows of one table of the configuration database, as data: which rows
// there are, how people name them, which columns they have and how each is read. All commands on
// rows work from these descriptions alone; a further table is one more of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ringfence::admin {

enum class ColumnType : std::uint8_t {
  text,
  number,
  flag,
  secret,     // never read: shown as "set" or nothing
  reference,  // written as the other row's name
  members,    // of a group: extensions' names in order
};

enum class Shown : std::uint8_t { in_list, alone };  // alone: by show and --json only

// In place of a table column: made for reading only.
inline constexpr std::string_view kReadOnly = "-";

struct Column {
  std::string_view name;  // what people write: tenant, tls
  ColumnType type = ColumnType::text;
  std::string_view help;
  Shown shown = Shown::alone;
  std::string_view column = {};      // in the table; "": the same as `name`
  std::string_view expression = {};  // how it is read; "": the column of the table `t`
  std::string_view refers_to = {};   // reference: the noun of the other kind

  std::string_view table_column() const { return column.empty() ? name : column; }
  bool is_writable() const { return column != kReadOnly; }
};

enum class KeyForm : std::uint8_t {
  name,             // demo
  tenant_and_name,  // demo/Telco
  user_at_domain,   // alice@demo.example
  number,           // the id: these rows have no name
};

enum class PasswordForm : std::uint8_t {
  none,
  as_given,  // we present it to others, so it must be kept
  hashed,    // others present it to us, so its digest hashes are enough
};

struct RowKind {
  std::string_view noun;
  std::string_view table;
  std::string_view what;    // one line for --help
  std::string_view source;  // FROM; the table itself is `t`
  KeyForm key = KeyForm::name;
  std::string_view key_column;      // "" for KeyForm::number
  std::string_view key_expression;  // the row's whole name
  std::string_view match;           // WHERE, with ?1 for the name
  std::string_view order;
  PasswordForm passwords = PasswordForm::none;
  std::string_view lone_value;  // the column that `set NAME VALUE` means; mostly ""
  std::span<const Column> columns;

  const Column* find(std::string_view name) const;
  bool has_tenant() const { return find("tenant") != nullptr; }
  std::string with_article() const;  // "a trunk", "an extension"
};

std::span<const RowKind> row_kinds();
const RowKind* find_row_kind(std::string_view noun);

}  // namespace ringfence::admin
