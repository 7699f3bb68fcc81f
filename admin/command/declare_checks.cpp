#include "admin/command/arguments.hpp"
#include "admin/command/examples.hpp"

namespace ringfence::admin {
namespace {

constexpr int kMaxMediaSeconds = 3600;

void declare_selftest(CLI::App& app, Arguments& arguments) {
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
}

void declare_acl_explain(CLI::App& acl, Arguments& arguments) {
  ExplainAccessCommand& command = arguments.explain_access;
  arguments.acl_explain = declare_command(acl, arguments, "explain", "which rule decides, and why");
  arguments.acl_explain->footer(std::string(kAclExplainExamples));
  arguments.acl_explain->add_option("address", command.peer, "of the sender")->required();
  arguments.acl_explain->add_option("from", command.from, "alice or alice@demo.example");
  arguments.acl_explain->add_option("called", command.called, "the number or user that is called");
  arguments.acl_explain->add_option("--tenant", command.tenant, "default: by the caller's domain")
      ->type_name("TENANT");
}

void declare_route_explain(CLI::App& route, Arguments& arguments) {
  ExplainRouteCommand& command = arguments.explain_route;
  arguments.route_explain =
      declare_command(route, arguments, "explain", "which way a call takes, and why");
  arguments.route_explain->footer(std::string(kRouteExplainExamples));
  arguments.route_explain->add_option("--tenant", command.tenant, "default: the only one")
      ->type_name("TENANT");
  arguments.route_explain->add_option("--from", command.from, "an extension, or trunk:LABEL")
      ->type_name("CALLER")
      ->required();
  arguments.route_explain->add_option("--to", command.to, "as dialled")
      ->type_name("NUMBER")
      ->required();
}

void declare_doctor(CLI::App& app, Arguments& arguments) {
  DoctorCommand& command = arguments.doctor_command;
  arguments.doctor = declare_command(app, arguments, "doctor", "what is wrong, and what to change");
  arguments.doctor->footer(std::string(kDoctorExamples));
  arguments.doctor->add_option("trunk", command.trunk, "LABEL or TENANT/LABEL; default: all");
  arguments.doctor
      ->add_option("--certs", command.certificates, "folder of certificates (RINGFENCE_CERTS)")
      ->type_name("DIR");
  arguments.doctor
      ->add_option("--name-servers", command.name_servers,
                   "instead of the system's (RINGFENCE_NAME_SERVERS)")
      ->type_name("ADDR[:PORT],…");
}

void declare_sql(CLI::App& app, Arguments& arguments) {
  arguments.sql = declare_command(app, arguments, "sql", "sqlite3 with views of what is going on");
  arguments.sql->footer(std::string(kSqlExamples));
  arguments.sql->add_option("statement", arguments.sql_command.statement,
                            "default: an interactive session");
}

}  // namespace

void declare_checks(CLI::App& app, Arguments& arguments) {
  declare_selftest(app, arguments);
  declare_doctor(app, arguments);
  declare_sql(app, arguments);
  declare_acl_explain(*app.get_subcommand("acl"), arguments);
  declare_route_explain(*app.get_subcommand("route"), arguments);
  arguments.completion = app.add_subcommand("completion", "a script by which bash completes words");
  arguments.completion->footer(std::string(kCompletionExamples));
  arguments.completion->add_option("shell", arguments.shell, "bash")
      ->required()
      ->check(CLI::IsMember({"bash"}));
}

}  // namespace ringfence::admin
