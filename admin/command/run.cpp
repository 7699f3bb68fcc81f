#include "admin/command/run.hpp"

#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "admin/command/row_commands.hpp"
#include "admin/control/control_stream.hpp"
#include "admin/control/live_lists.hpp"
#include "admin/control/orders.hpp"
#include "admin/history/moment.hpp"
#include "admin/history/past_calls.hpp"
#include "admin/history/verify_calls.hpp"
#include "admin/recording/listed_recordings.hpp"
#include "admin/recording/verify_recording.hpp"
#include "admin/selftest/selftest.hpp"
#include "admin/status/health_pages.hpp"

namespace ringfence::admin {
namespace {

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

// A script must not take a list that was cut by a full disk for a whole one.
bool was_printed() {
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

int failed(const Error& error) {
  const std::string line = "ringfencectl: " + printable(error.message) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
  return kExitFailed;
}

int finish(const Result<std::string>& text) {
  if (!text) return failed(text.error());
  print(*text);
  return kExitDone;
}

// What tells a script nothing that the exit status does not.
int said(const CommandLine& line, const std::string& text) {
  if (line.output != OutputForm::json) print(text);
  return kExitDone;
}

int finish(const Result<HealthView>& view) {
  if (!view) return failed(view.error());
  print(view->text);
  return view->well == AllIsWell::yes ? kExitDone : kExitFailed;
}

int run(const CommandLine& line, const RowCommand& command) {
  RowCommand whole = command;
  if (whole.password == PasswordSource::standard_input) {
    std::string password;
    if (!std::getline(std::cin, password) && password.empty()) {
      return failed({"no password comes on standard input"});
    }
    whole.edit.password = std::move(password);
  }
  const auto database = Database::open(line.database);
  if (!database) return failed(database.error());
  SystemRandom random;
  return finish(run_row_command(whole, *database, line.output, colours_of_stdout(), random));
}

int run(const CommandLine& line, const StatusCommand& /*command*/) {
  const auto health = fetch_page(line.http, "/health");
  if (!health) return failed(health.error());
  const auto tls = fetch_page(line.http, "/sip-tls/health");
  if (!tls) return failed(tls.error());
  return line.output == OutputForm::json ? finish(join_health(*health, *tls))
                                         : finish(show_health(*health, *tls, colours_of_stdout()));
}

int run(const CommandLine& line, const CertificateListCommand& /*command*/) {
  const auto tls = fetch_page(line.http, "/sip-tls/health");
  if (!tls) return failed(tls.error());
  return line.output == OutputForm::json ? finish(certificates_as_json(*tls))
                                         : finish(show_certificates(*tls, colours_of_stdout()));
}

int run(const CommandLine& line, const RestartCommand& command) {
  const auto done = restart_process(line.run_directory, command.process);
  if (!done) return failed(done.error());
  return said(line, "restarting " + command.process + "\n");
}

int past(const CommandLine& line, const CallsCommand& command) {
  const auto now = std::chrono::system_clock::now();
  const auto since = moment_of(command.since, now);
  const auto until = moment_of(command.until.empty() ? "0s" : command.until, now);
  if (!since) return failed(since.error());
  if (!until) return failed(until.error());
  const auto database = Database::open(line.database);
  if (!database) return failed(database.error());
  PastCallsQuestion question{*since, *until, std::nullopt};
  if (!command.tenant.empty()) question.tenant = command.tenant;
  const CallsForm form = command.csv                       ? CallsForm::csv
                         : line.output == OutputForm::json ? CallsForm::json
                                                           : CallsForm::table;
  return finish(past_calls(*database, line.state_directory, question, form, colours_of_stdout()));
}

int verify(const CommandLine& line) {
  const auto database = Database::open(line.database);
  if (!database) return failed(database.error());
  const auto report = verify_calls(*database, line.state_directory);
  if (!report) return failed(report.error());
  print(line.output == OutputForm::json ? chain_as_json(*report) : chain_as_text(*report));
  return report->whole() ? kExitDone : kExitFailed;
}

int run(const CommandLine& line, const CallsCommand& command) {
  if (command.verify) return verify(line);
  if (!command.since.empty()) return past(line, command);
  const auto lines = control_list(line.run_directory, "calls");
  if (!lines) return failed(lines.error());
  return finish(
      line.output == OutputForm::json
          ? lines_as_json(*lines)
          : calls_as_table(*lines, std::chrono::system_clock::now(), colours_of_stdout()));
}

int run(const CommandLine& line, const RegistrationsCommand& /*command*/) {
  const auto lines = control_list(line.run_directory, "registrations");
  if (!lines) return failed(lines.error());
  return finish(line.output == OutputForm::json
                    ? lines_as_json(*lines)
                    : registrations_as_table(*lines, colours_of_stdout()));
}

int run(const CommandLine& line, const BlocklistListCommand& /*command*/) {
  const auto lines = control_list(line.run_directory, "blocklist");
  if (!lines) return failed(lines.error());
  return finish(
      line.output == OutputForm::json
          ? lines_as_json(*lines)
          : blocklist_as_table(*lines, std::chrono::system_clock::now(), colours_of_stdout()));
}

int run(const CommandLine& line, const BlocklistReleaseCommand& command) {
  const auto done = release_source(line.run_directory, command.source);
  if (!done) return failed(done.error());
  return said(line, command.source + " is no longer blocked\n");
}

int run(const CommandLine& line, const TraceCommand& command) {
  const auto done = run_trace(line.run_directory, command, line.output);
  return done ? kExitDone : failed(done.error());
}

int run(const CommandLine& line, const SelftestCommand& command) {
  SystemRandom random;
  const SelftestReport report = run_selftest(line.database, command, random);
  print(line.output == OutputForm::json ? report_as_json(report)
                                        : report_as_table(report, colours_of_stdout()));
  return report.passed() ? kExitDone : kExitFailed;
}

int run(const CommandLine& line, const ExplainAccessCommand& command) {
  return finish(explain_access(line.database, command, line.output, colours_of_stdout()));
}

int run(const CommandLine& line, const ExplainRouteCommand& command) {
  return finish(explain_route(line.database, command, line.output, colours_of_stdout()));
}

int run(const CommandLine& line, const DoctorCommand& command) {
  const Findings findings = run_doctor(line.database, line.http, command);
  print(line.output == OutputForm::json ? findings_as_json(findings)
                                        : findings_as_text(findings, colours_of_stdout()));
  return any_bad(findings) ? kExitFailed : kExitDone;
}

int run(const CommandLine& line, const DrainCommand& command) {
  const auto done = drain(line.run_directory, line.http, command, [&](CallsLeft left) {
    print(line.output == OutputForm::json ? drain_as_json(left) : drain_as_text(left));
    std::fflush(stdout);
  });
  return done ? kExitDone : failed(done.error());
}

int run(const CommandLine& line, const RecordingListCommand& command) {
  const auto paths = recording_paths(command.place, line.state_directory);
  const auto recordings = listed_recordings(paths.folder);
  if (!recordings) return failed(recordings.error());
  print(line.output == OutputForm::json
            ? recordings_as_json(*recordings)
            : recordings_as_table(paths.folder, *recordings, colours_of_stdout()));
  return kExitDone;
}

int run(const CommandLine& line, const RecordingVerifyCommand& command) {
  const auto paths = recording_paths(command.place, line.state_directory);
  const auto verdict = verify_recording(paths, command.recording);
  if (!verdict) return failed(verdict.error());
  print(line.output == OutputForm::json ? verdict_as_json(*verdict) : verdict_as_text(*verdict));
  return verdict->whole() ? kExitDone : kExitFailed;
}

int run(const CommandLine& line, const SqlCommand& command) {
  // It must be one of ours, whatever sqlite3 would make of it.
  const auto database = Database::open(line.database);
  if (!database) return failed(database.error());
  SqlPlaces places{line.database, std::nullopt, {}};
  const std::string state = line.state_directory + "/state.db";
  if (::access(state.c_str(), R_OK) == 0) {
    places.state = state;
  } else {
    std::cerr << "ringfencectl: without the views of state: cannot read " << state << "\n";
  }
  if (auto health = fetch_page(line.http, "/health")) places.health = std::move(*health);
  return failed(run_sqlite(sql_arguments(places, command, line.output)));
}

}  // namespace

int run(const CommandLine& line) {
  const int status =
      std::visit([&](const auto& command) { return run(line, command); }, line.command);
  return was_printed() ? status : failed({"cannot write to standard output"});
}

}  // namespace ringfence::admin
