#include "admin/command/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <deque>
#include <vector>

#include "admin/command/examples.hpp"

namespace ringfence::admin {
namespace {

constexpr int kMaxMediaSeconds = 3600;
constexpr int kMaxTraceSeconds = 7 * 86400;

// What CLI11 writes into while it parses; its addresses must not move.
struct RowArguments {
  RowVerb verb = RowVerb::list;
  const RowKind* kind = nullptr;
  CLI::App* app = nullptr;
  std::string name;
  std::vector<std::string> assignments;
  std::string tenant;
  std::string password;
  bool password_from_stdin = false;
  bool generate_password = false;
  std::vector<std::pair<const Column*, CLI::Option*>> columns;
};

struct Arguments {
  CommandLine line;
  std::string http = "127.0.0.1:8060";
  bool json = false;
  std::string tenant;
  std::string ca_file;
  int seconds = 3;
  bool sips = false;
  std::string process;
  std::string source;
  TraceCommand trace_command;
  int trace_seconds = -1;
  bool whole_messages = false;
  CLI::App* status = nullptr;
  CLI::App* calls = nullptr;
  CLI::App* registrations = nullptr;
  CLI::App* trace = nullptr;
  CLI::App* certificate_list = nullptr;
  CLI::App* restart = nullptr;
  CLI::App* blocklist_list = nullptr;
  CLI::App* blocklist_release = nullptr;
  CLI::App* selftest = nullptr;
  std::deque<RowArguments> rows;
};

void declare_common(CLI::App& app, Arguments& arguments) {
  app.add_option("--db", arguments.line.database, "configuration database (RINGFENCE_DB)")
      ->type_name("FILE")
      ->group("Where");
  app.add_option("--run", arguments.line.run_directory, "folder of control.sock (RINGFENCE_RUN)")
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

void declare_others(CLI::App& app, Arguments& arguments) {
  arguments.status = declare_command(app, arguments, "status", "how everything is");
  arguments.status->footer(std::string(kStatusExamples));
  arguments.selftest =
      declare_command(app, arguments, "selftest", "place an encrypted call through the box");
  arguments.selftest->footer(std::string(kSelftestExamples));
  arguments.selftest->add_option("--tenant", arguments.tenant, "name or domain; default: the first")
      ->type_name("TENANT");
  arguments.selftest->add_option("--seconds", arguments.seconds, "how long the phones talk")
      ->capture_default_str()
      ->check(CLI::Range(1, kMaxMediaSeconds));
  arguments.selftest
      ->add_option("--ca", arguments.ca_file,
                   "certificates to trust, instead of the system's (RINGFENCE_CA)")
      ->type_name("FILE");
  arguments.selftest->add_flag("--sips", arguments.sips,
                               "sips: URIs instead of sip: ones over the same TLS (RFC 5630)");
  CLI::App* certificates = app.add_subcommand("cert", "certificates in use");
  certificates->require_subcommand(1, 1);
  declare_common(*certificates, arguments);
  arguments.certificate_list =
      declare_command(*certificates, arguments, "list", "names, days left, thumbprints");
  arguments.restart = declare_command(app, arguments, "restart", "restart one process");
  arguments.restart->footer(std::string(kRestartExamples));
  arguments.restart
      ->add_option("process", arguments.process, "tls-front, sip-core, media-worker-N or status")
      ->required();
}

void declare_blocklist(CLI::App& app, Arguments& arguments) {
  CLI::App* blocklist = app.add_subcommand("blocklist", "sources that failed too often");
  blocklist->require_subcommand(1, 1);
  blocklist->footer(std::string(kBlocklistExamples));
  declare_common(*blocklist, arguments);
  arguments.blocklist_list =
      declare_command(*blocklist, arguments, "list", "who is blocked, and until when");
  arguments.blocklist_release = declare_command(*blocklist, arguments, "rm", "lift a block");
  arguments.blocklist_release
      ->add_option("source", arguments.source, "an address; an IPv6 one stands for its /64")
      ->required();
}

void declare_live(CLI::App& app, Arguments& arguments) {
  declare_blocklist(app, arguments);
  arguments.calls = declare_command(app, arguments, "calls", "the calls of this moment");
  arguments.calls->footer(std::string(kCallsExamples));
  arguments.registrations =
      declare_command(app, arguments, "registrations", "the phones that can be reached");
  arguments.registrations->footer(std::string(kRegistrationsExamples));
  arguments.trace =
      declare_command(app, arguments, "trace", "SIP messages on both legs, secrets masked");
  arguments.trace->footer(std::string(kTraceExamples));
  arguments.trace->add_option("subject", arguments.trace_command.subject,
                              "a Call-ID of either leg, or an extension; default: everything");
  arguments.trace
      ->add_option("--pcap", arguments.trace_command.pcap_file,
                   "write a capture as well, for sngrep and Wireshark")
      ->type_name("FILE");
  arguments.trace
      ->add_option("--seconds", arguments.trace_seconds,
                   "how long to follow; 0: only what is still held of the past")
      ->type_name("N")
      ->check(CLI::Range(0, kMaxTraceSeconds));
  arguments.trace->add_flag("--full", arguments.whole_messages, "whole messages under their lines");
}

CommandLineExit usage(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  while (!text.empty() && text.back() == ' ')
    text.pop_back();
  return {kExitUsage, "ringfencectl: " + text + " (see --help)\n"};
}

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
  if (arguments.certificate_list->parsed()) {
    line.command = CertificateListCommand{};
  } else if (arguments.restart->parsed()) {
    line.command = RestartCommand{arguments.process};
  } else if (arguments.blocklist_list->parsed()) {
    line.command = BlocklistListCommand{};
  } else if (arguments.blocklist_release->parsed()) {
    line.command = BlocklistReleaseCommand{arguments.source};
  } else if (arguments.calls->parsed()) {
    line.command = CallsCommand{};
  } else if (arguments.registrations->parsed()) {
    line.command = RegistrationsCommand{};
  } else if (arguments.trace->parsed()) {
    TraceCommand command = arguments.trace_command;
    if (arguments.trace_seconds >= 0) command.time = std::chrono::seconds(arguments.trace_seconds);
    if (arguments.whole_messages) command.detail = LadderDetail::whole_messages;
    line.command = std::move(command);
  } else if (arguments.selftest->parsed()) {
    SelftestCommand command;
    command.media = std::chrono::seconds(arguments.seconds);
    command.ca_file = arguments.ca_file;
    if (arguments.sips) command.scheme = PhoneScheme::sips;
    if (!arguments.tenant.empty()) command.tenant = arguments.tenant;
    line.command = std::move(command);
  } else {
    line.command = StatusCommand{};
  }
  return line;
}

// The row command that was being typed when something did not fit.
const RowArguments* row_in_hand(const Arguments& arguments) {
  const auto found = std::ranges::find_if(
      arguments.rows, [](const RowArguments& row) { return row.app->parsed(); });
  return found == arguments.rows.end() ? nullptr : &*found;
}

CommandLineExit explain(const CLI::ParseError& error, const Arguments& arguments,
                        const std::vector<std::string>& words) {
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
  if (row == nullptr && !first.starts_with('-') && find_row_kind(first) == nullptr &&
      dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) {
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
  return {from("RINGFENCE_DB"), from("RINGFENCE_RUN"), from("RINGFENCE_HTTP"),
          from("RINGFENCE_CA")};
}

std::expected<CommandLine, CommandLineExit> parse_command_line(int argc, const char* const* argv,
                                                               const Environment& environment) {
  Arguments arguments;
  if (!environment.database.empty()) arguments.line.database = environment.database;
  if (!environment.run.empty()) arguments.line.run_directory = environment.run;
  if (!environment.http.empty()) arguments.http = environment.http;
  arguments.ca_file = environment.ca;
  CLI::App app("Sets up, watches and tests Ringfence, a Session Border Controller.",
               "ringfencectl");
  app.require_subcommand(1, 1);
  app.footer(std::string(kExamples));
  declare_common(app, arguments);
  declare_others(app, arguments);
  declare_live(app, arguments);
  declare_rows(app, arguments);
  const std::vector<std::string> words = normalised(argc, argv);
  // CLI11 speaks in exceptions; they end here.
  try {
    app.parse(std::vector(words));
  } catch (const CLI::CallForHelp&) {
    return std::unexpected(CommandLineExit{kExitDone, app.help()});
  } catch (const CLI::ParseError& error) {
    return std::unexpected(explain(error, arguments, words));
  }
  return complete(arguments);
}

}  // namespace ringfence::admin
