#include "admin/command/row_commands.hpp"

#include <fmt/format.h>

#include "admin/command/phone_settings.hpp"
#include "admin/table/password_hashes.hpp"

namespace ringfence::admin {
namespace {

std::string done(const RowCommand& command, std::string_view what, const std::string& name) {
  return fmt::format("{} {} {}\n", what, command.kind->noun, printable(name));
}

Result<std::string> listed(const RowCommand& command, const Result<RowList>& rows,
                           OutputForm output, Colours colours) {
  if (!rows) return std::unexpected(rows.error());
  if (output == OutputForm::json) return rows_as_json(*rows);
  return rows_as_table(*command.kind, *rows, colours);
}

Result<std::string> shown(const Result<RowList>& rows, OutputForm output, Colours colours) {
  if (!rows) return std::unexpected(rows.error());
  return output == OutputForm::json ? row_as_json(*rows) : row_as_lines(*rows, colours);
}

// For the phone of a new extension.
std::string as_lines(const PhoneSettings& settings) {
  std::string lines;
  for (const auto& [name, value] : settings)
    lines += fmt::format("{}: {}\n", name, printable(value));
  return lines;
}

// What an add or set ends with: the row for scripts, a line for people; a password that we made
// up is said this once.
Result<std::string> changed(const RowCommand& command, const Database& database,
                            const RowEditor& editor, const Result<std::string>& name,
                            std::string_view what, OutputForm output, const RowEdit& edit) {
  if (!name) return std::unexpected(name.error());
  const std::optional<std::string> password =
      command.password == PasswordSource::generated ? edit.password : std::nullopt;
  PhoneSettings settings;
  if (command.kind->noun == "extension" && command.verb == RowVerb::add) {
    if (auto found = phone_settings(database, *name)) settings = std::move(*found);
  }
  if (output == OutputForm::text) {
    return done(command, what, *name) +
           (password ? fmt::format("password: {}\n", *password) : std::string()) +
           as_lines(settings);
  }
  const auto rows = editor.show({*name, std::nullopt, {}, std::nullopt});
  if (!rows) return std::unexpected(rows.error());
  return row_as_json(*rows, {password, std::move(settings)});
}

}  // namespace

Result<std::string> run_row_command(const RowCommand& command, const Database& database,
                                    OutputForm output, Colours colours, Random& random) {
  const RowEditor editor(database, *command.kind);
  RowEdit edit = command.edit;
  if (command.password == PasswordSource::generated) edit.password = generate_password(random);
  switch (command.verb) {
    case RowVerb::list:
      return listed(command, editor.list(edit.tenant), output, colours);
    case RowVerb::show:
      return shown(editor.show(edit), output, colours);
    case RowVerb::add:
      return changed(command, database, editor, editor.add(edit), "added", output, edit);
    case RowVerb::set:
      return changed(command, database, editor, editor.set(edit), "changed", output, edit);
    case RowVerb::remove: {
      const auto name = editor.remove(edit);
      if (!name) return std::unexpected(name.error());
      return output == OutputForm::json ? std::string() : done(command, "removed", *name);
    }
  }
  return fail("unknown verb");
}

}  // namespace ringfence::admin
