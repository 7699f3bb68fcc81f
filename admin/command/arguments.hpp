// Arguments: what CLI11 writes into while it parses; its addresses must not move. Of command_line
// and the files beside it that declare commands, and of nobody else.
#pragma once

#include <CLI/CLI.hpp>
#include <deque>
#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "admin/command/command_line.hpp"

namespace ringfence::admin {

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
  CallsCommand calls_command;
  ExplainAccessCommand explain_access;
  ExplainRouteCommand explain_route;
  DoctorCommand doctor_command;
  SqlCommand sql_command;
  DrainCommand drain_command;
  RecordingListCommand recording_list_command;
  RecordingVerifyCommand recording_verify_command;
  std::string shell;
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
  CLI::App* acl_explain = nullptr;
  CLI::App* route_explain = nullptr;
  CLI::App* doctor = nullptr;
  CLI::App* sql = nullptr;
  CLI::App* drain = nullptr;
  CLI::App* recording_list = nullptr;
  CLI::App* recording_verify = nullptr;
  CLI::App* completion = nullptr;
  std::deque<RowArguments> rows;
};

// 64, in one line.
CommandLineExit usage(std::string text);

void declare_common(CLI::App& app, Arguments& arguments);
CLI::App* declare_command(CLI::App& parent, Arguments& arguments, std::string name,
                          std::string what);
// declare_rows.cpp
void declare_rows(CLI::App& app, Arguments& arguments);
std::expected<RowCommand, CommandLineExit> row_command(const RowArguments& row);
// declare_live.cpp: what asks the running box
void declare_live(CLI::App& app, Arguments& arguments);
// declare_recordings.cpp
void declare_recordings(CLI::App& app, Arguments& arguments);
// declare_checks.cpp: what explains and tests
void declare_checks(CLI::App& app, Arguments& arguments);

}  // namespace ringfence::admin
