#include "admin/command/arguments.hpp"
#include "admin/command/examples.hpp"

namespace ringfence::admin {
namespace {

constexpr int kMaxTraceSeconds = 7 * 86400;
constexpr int kMaxDrainSeconds = 7 * 86400;

void declare_processes(CLI::App& app, Arguments& arguments) {
  arguments.status = declare_command(app, arguments, "status", "how everything is");
  arguments.status->footer(std::string(kStatusExamples));
  CLI::App* certificates = app.add_subcommand("cert", "certificates in use");
  certificates->require_subcommand(1, 1);
  declare_common(*certificates, arguments);
  arguments.certificate_list =
      declare_command(*certificates, arguments, "list", "names, days left, thumbprints");
  arguments.restart = declare_command(app, arguments, "restart", "restart one process");
  arguments.restart->footer(std::string(kRestartExamples));
  arguments.restart
      ->add_option("process", arguments.process,
                   "tls-front, sip-core, key-keeper, media-worker-N or status")
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

void declare_calls(CLI::App& app, Arguments& arguments) {
  CallsCommand& command = arguments.calls_command;
  arguments.calls = declare_command(app, arguments, "calls", "the calls of this moment, or past");
  arguments.calls->footer(std::string(kCallsExamples));
  CLI::Option* since =
      arguments.calls
          ->add_option("--since", command.since,
                       "call detail records from then on: 90m, 2h, 7d, 2026-11-26, "
                       "2026-11-26T08:00 (UTC)")
          ->type_name("TIME");
  arguments.calls->add_option("--until", command.until, "and not after then")
      ->type_name("TIME")
      ->needs(since);
  arguments.calls->add_option("--tenant", command.tenant, "only those of one tenant")
      ->type_name("TENANT")
      ->needs(since);
  arguments.calls->add_flag("--csv", command.csv, "comma-separated, for spreadsheets")
      ->needs(since);
  arguments.calls
      ->add_flag("--verify", command.verify, "whether call records were removed or altered")
      ->excludes(since);
}

void declare_drain(CLI::App& app, Arguments& arguments) {
  arguments.drain =
      declare_command(app, arguments, "drain", "take no new calls, and end with the last one");
  arguments.drain->footer(std::string(kDrainExamples));
  arguments.drain
      ->add_option("seconds", arguments.drain_command.seconds,
                   "after which calls are ended; default: never")
      ->check(CLI::Range(0, kMaxDrainSeconds));
}

}  // namespace

void declare_live(CLI::App& app, Arguments& arguments) {
  declare_processes(app, arguments);
  declare_blocklist(app, arguments);
  declare_calls(app, arguments);
  declare_drain(app, arguments);
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

}  // namespace ringfence::admin
