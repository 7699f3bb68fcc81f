#include <algorithm>

#include "admin/command/arguments.hpp"
#include "admin/command/examples.hpp"

namespace ringfence::admin {
namespace {

std::string option_name(std::string_view column) {
  std::string name = "--" + std::string(column);
  std::ranges::replace(name, '_', '-');
  return name;
}

void declare_password(CLI::App& app, RowArguments& row) {
  if (row.kind->passwords == PasswordForm::none) return;
  app.add_option("--password", row.password, "the password; others may see it in the process list")
      ->type_name("TEXT")
      ->group("Password");
  app.add_flag("--password-stdin", row.password_from_stdin, "the first line of standard input")
      ->group("Password");
  if (row.kind->passwords == PasswordForm::hashed) {
    app.add_flag("--generate-password", row.generate_password, "make one up and print it once")
        ->group("Password");
  }
}

void declare_columns(CLI::App& app, RowArguments& row) {
  for (const Column& column : row.kind->columns) {
    if (!column.is_writable() || column.type == ColumnType::secret || column.name == "tenant") {
      continue;
    }
    CLI::Option* option =
        app.add_option(option_name(column.name))->description(std::string(column.help));
    option->group("Columns")->type_name(column.type == ColumnType::flag     ? "[0|1]"
                                        : column.type == ColumnType::number ? "N"
                                                                            : "TEXT");
    // A flag may stand alone: --tls means --tls 1.
    if (column.type == ColumnType::flag) {
      option->expected(0, 1);
    }
    row.columns.emplace_back(&column, option);
  }
  declare_password(app, row);
}

void declare_row_verb(CLI::App& noun, Arguments& arguments, const RowKind& kind, RowVerb verb,
                      const char* name, const std::string& what) {
  RowArguments& row = arguments.rows.emplace_back();
  row.verb = verb;
  row.kind = &kind;
  row.app = declare_command(noun, arguments, name, what);
  const std::string key(kind.key == KeyForm::number ? "number" : kind.key_column);
  if (verb == RowVerb::add) {
    row.app->add_option("name", row.name, kind.key == KeyForm::number ? "not needed" : key);
  } else if (verb != RowVerb::list) {
    row.app->add_option("name", row.name, key)->required();
  }
  if (verb == RowVerb::add || verb == RowVerb::set) {
    row.app->add_option("assignments", row.assignments, "column=value; nothing after = empties it");
    declare_columns(*row.app, row);
  }
  if (kind.has_tenant()) {
    row.app->add_option("--tenant", row.tenant, "name or domain of the tenant")
        ->type_name("TENANT");
  }
  row.app->footer(row_examples(kind, name));
}

// Options that were given, as assignments.
void take_columns(const RowArguments& row, RowEdit& edit) {
  for (const auto& [column, option] : row.columns) {
    if (option->count() == 0) continue;
    std::string text = option->results().empty() ? "" : option->results().back();
    // A flag that stands alone.
    if (column->type == ColumnType::flag && text.empty()) text = "1";
    edit.assignments.push_back({std::string(column->name), std::move(text)});
  }
}

// column=value; the sentence that is wrong with it, or nothing.
std::optional<std::string> take_word(const RowArguments& row, const std::string& word,
                                     RowEdit& edit) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos && row.kind->lone_value.empty()) {
    return "'" + word + "' is no column=value";
  }
  Assignment assignment = equals == std::string::npos
                              ? Assignment{std::string(row.kind->lone_value), word}
                              : Assignment{word.substr(0, equals), word.substr(equals + 1)};
  if (assignment.column == "tenant" && row.verb == RowVerb::add) {
    edit.tenant = assignment.text;
  } else if (assignment.column == "password") {
    edit.password = assignment.text;
  } else {
    edit.assignments.push_back(std::move(assignment));
  }
  return std::nullopt;
}

}  // namespace

void declare_rows(CLI::App& app, Arguments& arguments) {
  for (const RowKind& kind : row_kinds()) {
    const std::string noun(kind.noun);
    CLI::App* group = app.add_subcommand(noun, std::string(kind.what));
    group->require_subcommand(1, 1);
    declare_common(*group, arguments);
    group->footer(row_examples(kind, ""));
    declare_row_verb(*group, arguments, kind, RowVerb::add, "add", "add a " + noun);
    declare_row_verb(*group, arguments, kind, RowVerb::list, "list", "a table of all");
    declare_row_verb(*group, arguments, kind, RowVerb::show, "show", "one with all its columns");
    declare_row_verb(*group, arguments, kind, RowVerb::set, "set", "change columns of one");
    declare_row_verb(*group, arguments, kind, RowVerb::remove, "rm", "remove one");
  }
}

std::expected<RowCommand, CommandLineExit> row_command(const RowArguments& row) {
  RowCommand command{row.kind, row.verb, {}, PasswordSource::none};
  RowEdit& edit = command.edit;
  if (!row.name.empty()) edit.name = row.name;
  if (!row.tenant.empty()) edit.tenant = row.tenant;
  take_columns(row, edit);
  std::vector<std::string> words = row.assignments;
  // `route add pattern=…`: what looks like a name is the first assignment.
  if (row.verb == RowVerb::add && edit.name && edit.name->find('=') != std::string::npos) {
    words.insert(words.begin(), *edit.name);
    edit.name.reset();
  }
  for (const std::string& word : words) {
    if (const auto wrong = take_word(row, word, edit)) return std::unexpected(usage(*wrong));
  }
  if (!row.password.empty()) edit.password = row.password;
  const int sources =
      (edit.password ? 1 : 0) + (row.password_from_stdin ? 1 : 0) + (row.generate_password ? 1 : 0);
  if (sources > 1) return std::unexpected(usage("the password is given twice"));
  command.password = edit.password             ? PasswordSource::given
                     : row.password_from_stdin ? PasswordSource::standard_input
                     : row.generate_password   ? PasswordSource::generated
                                               : PasswordSource::none;
  return command;
}

}  // namespace ringfence::admin
