#include "admin/command/command_line.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "admin/command/arguments.hpp"
#include "admin/command/completion.hpp"
#include "admin/command/examples.hpp"

namespace ringfence::admin {

CommandLineExit usage(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  while (!text.empty() && text.back() == ' ')
    text.pop_back();
  return {kExitUsage, "ringfencectl: " + text + " (see --help)\n"};
}

void declare_common(CLI::App& app, Arguments& arguments) {
  app.add_option("--db", arguments.line.database, "configuration database (RINGFENCE_DB)")
      ->type_name("FILE")
      ->group("Where");
  app.add_option("--run", arguments.line.run_directory, "folder of control.sock (RINGFENCE_RUN)")
      ->type_name("DIR")
      ->group("Where");
  app.add_option("--state", arguments.line.state_directory, "folder of state.db (RINGFENCE_STATE)")
      ->type_name("DIR")
      ->group("Where");
  app.add_option("--http", arguments.http, "where health is served (RINGFENCE_HTTP)")
      ->type_name("ADDR:PORT")
      ->group("Where");
  app.add_flag("--json", arguments.json, "JSON, for scripts")->group("Where");
}

CLI::App* declare_command(CLI::App& parent, Arguments& arguments, std::string name,
                          std::string what) {
  CLI::App* app = parent.add_subcommand(std::move(name), std::move(what));
  app->require_subcommand(0, 1);
  declare_common(*app, arguments);
  return app;
}

namespace {

// Options are spelled with dashes, columns with underscores: both are understood.
std::vector<std::string> normalised(int argc, const char* const* argv) {
  std::vector<std::string> words;
  // CLI11 takes them from the back.
  for (int i = argc - 1; i > 0; --i) {
    std::string word = argv[i];
    if (word.starts_with("--")) {
      const auto end =
          word.begin() + static_cast<std::ptrdiff_t>(std::min(word.find('='), word.size()));
      std::replace(word.begin(), end, '_', '-');
    }
    words.push_back(std::move(word));
  }
  return words;
}

void declare_all(CLI::App& app, Arguments& arguments) {
  declare_common(app, arguments);
  declare_rows(app, arguments);
  declare_live(app, arguments);
  declare_recordings(app, arguments);
  declare_checks(app, arguments);
}

Command trace_command(const Arguments& arguments) {
  TraceCommand command = arguments.trace_command;
  if (arguments.trace_seconds >= 0) command.time = std::chrono::seconds(arguments.trace_seconds);
  if (arguments.whole_messages) command.detail = LadderDetail::whole_messages;
  return command;
}

Command selftest_command(const Arguments& arguments) {
  SelftestCommand command;
  command.media = std::chrono::seconds(arguments.seconds);
  command.ca_file = arguments.ca_file;
  if (arguments.sips) command.scheme = PhoneScheme::sips;
  if (!arguments.tenant.empty()) command.tenant = arguments.tenant;
  return command;
}

// Of the commands that are no rows.
Command command_of(const Arguments& arguments) {
  const std::initializer_list<std::pair<const CLI::App*, Command>> parsed = {
      {arguments.certificate_list, CertificateListCommand{}},
      {arguments.restart, RestartCommand{arguments.process}},
      {arguments.blocklist_list, BlocklistListCommand{}},
      {arguments.blocklist_release, BlocklistReleaseCommand{arguments.source}},
      {arguments.calls, arguments.calls_command},
      {arguments.registrations, RegistrationsCommand{}},
      {arguments.acl_explain, arguments.explain_access},
      {arguments.route_explain, arguments.explain_route},
      {arguments.doctor, arguments.doctor_command},
      {arguments.sql, arguments.sql_command},
      {arguments.drain, arguments.drain_command},
      {arguments.recording_list, arguments.recording_list_command},
      {arguments.recording_verify, arguments.recording_verify_command},
      {arguments.trace, trace_command(arguments)},
      {arguments.selftest, selftest_command(arguments)}};
  for (const auto& [app, command] : parsed) {
    if (app->parsed()) return command;
  }
  return StatusCommand{};
}

std::expected<CommandLine, CommandLineExit> complete(Arguments& arguments) {
  CommandLine& line = arguments.line;
  line.output = arguments.json ? OutputForm::json : OutputForm::text;
  std::string_view http = arguments.http;
  if (http.starts_with("http://")) http.remove_prefix(7);
  if (http.ends_with('/')) http.remove_suffix(1);
  const auto address = SocketAddress::parse(http);
  if (!address || address->port == 0) {
    return std::unexpected(usage("--http needs ADDR:PORT, not '" + arguments.http + "'"));
  }
  line.http = *address;
  for (const RowArguments& row : arguments.rows) {
    if (!row.app->parsed()) continue;
    auto command = row_command(row);
    if (!command) return std::unexpected(command.error());
    line.command = std::move(*command);
    return line;
  }
  line.command = command_of(arguments);
  return line;
}

// The row command that was being typed when something did not fit.
const RowArguments* row_in_hand(const Arguments& arguments) {
  const auto found = std::ranges::find_if(
      arguments.rows, [](const RowArguments& row) { return row.app->parsed(); });
  return found == arguments.rows.end() ? nullptr : &*found;
}

bool is_command(const CLI::App& app, const std::string& word) {
  return std::ranges::any_of(app.get_subcommands(nullptr),
                             [&](const CLI::App* command) { return command->get_name() == word; });
}

CommandLineExit explain(const CLI::ParseError& error, const CLI::App& app,
                        const Arguments& arguments, const std::vector<std::string>& words) {
  std::string text = error.what();
  const RowArguments* row = row_in_hand(arguments);
  if (row != nullptr && dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    if (row->verb == RowVerb::add || row->verb == RowVerb::set) {
      text += "; " + row->kind->with_article() + " has " + writable_columns(*row->kind);
    }
    return usage(text);
  }
  const std::string first = words.empty() ? "" : words.back();
  if (row == nullptr && find_row_kind(first) != nullptr && words.size() > 1 &&
      !words[words.size() - 2].starts_with('-')) {
    return usage("there is no '" + first + " " + words[words.size() - 2] + "', but " + first +
                 " add, list, show, set and rm");
  }
  if (words.empty()) return usage("a command is needed");
  if (row == nullptr && !first.starts_with('-') && !is_command(app, first)) {
    return usage("there is no command '" + first + "'");
  }
  return usage(text);
}

std::string from(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Environment Environment::of_process() {
  return {from("RINGFENCE_DB"),          from("RINGFENCE_RUN"),   from("RINGFENCE_HTTP"),
          from("RINGFENCE_CA"),          from("RINGFENCE_STATE"), from("RINGFENCE_CERTS"),
          from("RINGFENCE_NAME_SERVERS")};
}

std::expected<CommandLine, CommandLineExit> parse_command_line(int argc, const char* const* argv,
                                                               const Environment& environment) {
  Arguments arguments;
  if (!environment.database.empty()) arguments.line.database = environment.database;
  if (!environment.run.empty()) arguments.line.run_directory = environment.run;
  if (!environment.http.empty()) arguments.http = environment.http;
  if (!environment.state.empty()) arguments.line.state_directory = environment.state;
  if (!environment.certificates.empty()) {
    arguments.doctor_command.certificates = environment.certificates;
  }
  arguments.doctor_command.name_servers = environment.name_servers;
  arguments.ca_file = environment.ca;
  CLI::App app("Sets up, watches and tests Ringfence, a Session Border Controller.",
               "ringfencectl");
  app.require_subcommand(1, 1);
  app.footer(std::string(kExamples));
  declare_all(app, arguments);
  const std::vector<std::string> words = normalised(argc, argv);
  // CLI11 speaks in exceptions; they end here.
  try {
    app.parse(std::vector(words));
  } catch (const CLI::CallForHelp&) {
    return std::unexpected(CommandLineExit{kExitDone, app.help()});
  } catch (const CLI::ParseError& error) {
    return std::unexpected(explain(error, app, arguments, words));
  }
  if (arguments.completion->parsed()) {
    return std::unexpected(CommandLineExit{kExitDone, bash_completion(app)});
  }
  return complete(arguments);
}

}  // namespace ringfence::admin
