// CommandLine: what the operator typed and what RINGFENCE_ variables say, checked for form. The
// command line wins over the environment. Parsing never exits, prints or opens anything; the caller
// does, with exit status 0, 1 or 64.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <variant>

#include "admin/control/drain.hpp"
#include "admin/doctor/doctor.hpp"
#include "admin/explain/access_report.hpp"
#include "admin/explain/route_report.hpp"
#include "admin/print/row_output.hpp"
#include "admin/recording/recording_place.hpp"
#include "admin/selftest/selftest.hpp"
#include "admin/sql/sql_session.hpp"
#include "admin/table/row_editor.hpp"
#include "admin/trace/trace_command.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::admin {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 64;

enum class RowVerb : std::uint8_t { add, list, show, set, remove };
enum class PasswordSource : std::uint8_t { none, given, standard_input, generated };

struct RowCommand {
  const RowKind* kind = nullptr;
  RowVerb verb = RowVerb::list;
  RowEdit edit;
  PasswordSource password = PasswordSource::none;
};
struct StatusCommand {};
struct CertificateListCommand {};
struct RestartCommand {
  std::string process;
};
struct CallsCommand {
  std::string since;  // empty: the calls of this moment
  std::string until;
  std::string tenant;
  bool csv = false;
  bool verify = false;
};
struct BlocklistListCommand {};
struct BlocklistReleaseCommand {
  std::string source;
};
struct RegistrationsCommand {};
struct RecordingListCommand {
  RecordingPlace place;
};
struct RecordingVerifyCommand {
  RecordingPlace place;
  std::string recording;
};
using SelftestCommand = SelftestOptions;

using Command =
    std::variant<RowCommand, StatusCommand, CertificateListCommand, RestartCommand, CallsCommand,
                 RegistrationsCommand, BlocklistListCommand, BlocklistReleaseCommand, TraceCommand,
                 SelftestCommand, ExplainAccessCommand, ExplainRouteCommand, DoctorCommand,
                 SqlCommand, DrainCommand, RecordingListCommand, RecordingVerifyCommand>;

struct CommandLine {
  std::string database = "/etc/ringfence/config.db";
  std::string run_directory = "/run/ringfence";
  std::string state_directory = "/var/lib/ringfence";
  SocketAddress http;
  OutputForm output = OutputForm::text;
  Command command;
};

// Not a command: help for stdout with status 0, or one line for stderr with 64.
struct CommandLineExit {
  int status = kExitDone;
  std::string text;
};

// The variables of the environment that matter; injected, so that tests choose them.
struct Environment {
  std::string database;        // RINGFENCE_DB
  std::string run;             // RINGFENCE_RUN
  std::string http;            // RINGFENCE_HTTP
  std::string ca;              // RINGFENCE_CA
  std::string state{};         // RINGFENCE_STATE
  std::string certificates{};  // RINGFENCE_CERTS
  std::string name_servers{};  // RINGFENCE_NAME_SERVERS

  static Environment of_process();
};

std::expected<CommandLine, CommandLineExit> parse_command_line(int argc, const char* const* argv,
                                                               const Environment& environment);

}  // namespace ringfence::admin
