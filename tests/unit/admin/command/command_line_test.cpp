#include "admin/command/command_line.hpp"

#include <gmock/gmock.h>

namespace ringfence::admin {
namespace {

using testing::HasSubstr;

std::expected<CommandLine, CommandLineExit> parse(std::vector<const char*> words,
                                                  const Environment& environment = {}) {
  words.insert(words.begin(), "ringfencectl");
  return parse_command_line(static_cast<int>(words.size()), words.data(), environment);
}

RowCommand row(std::vector<const char*> words) {
  const auto line = parse(std::move(words));
  if (!line) {
    ADD_FAILURE() << line.error().text;
    return {};
  }
  return std::get<RowCommand>(line->command);
}

std::string value_of(const RowCommand& command, std::string_view column) {
  for (const Assignment& a : command.edit.assignments) {
    if (a.column == column) return a.text;
  }
  return "(absent)";
}

TEST(CommandLine, ColumnsAreOptionsAFlagMayStandAlone) {
  const RowCommand command = row({"trunk", "add", "Telco", "--tenant", "demo", "--host", "h",
                                  "--tls", "1", "--srtp", "--tls_verify", "ca", "--register"});
  EXPECT_EQ(command.verb, RowVerb::add);
  EXPECT_EQ(command.edit.name, "Telco");
  EXPECT_EQ(command.edit.tenant, "demo");
  EXPECT_EQ(value_of(command, "host"), "h");
  EXPECT_EQ(value_of(command, "tls"), "1");
  EXPECT_EQ(value_of(command, "srtp"), "1");
  EXPECT_EQ(value_of(command, "register"), "1");
  EXPECT_EQ(value_of(command, "tls_verify"), "ca");
  EXPECT_EQ(value_of(command, "port"), "(absent)");
}

TEST(CommandLine, ColumnsAreAssignmentsAsWell) {
  const RowCommand command = row({"trunk", "set", "demo/Telco", "tls=1", "host=a=b", "max_calls="});
  EXPECT_EQ(command.edit.name, "demo/Telco");
  EXPECT_EQ(value_of(command, "tls"), "1");
  EXPECT_EQ(value_of(command, "host"), "a=b");
  EXPECT_EQ(value_of(command, "max_calls"), "");
}

TEST(CommandLine, ASettingTakesItsValueAlone) {
  EXPECT_EQ(value_of(row({"setting", "set", "handshake_cap", "500"}), "value"), "500");
  EXPECT_EQ(parse({"trunk", "set", "T", "500"}).error().status, kExitUsage);
}

TEST(CommandLine, ARowWithoutANameMayBeginWithAnAssignment) {
  const RowCommand command = row({"route", "add", "pattern=0*", "--trunk", "T", "tenant=demo"});
  EXPECT_EQ(command.edit.name, std::nullopt);
  EXPECT_EQ(value_of(command, "pattern"), "0*");
  EXPECT_EQ(command.edit.tenant, "demo");
}

TEST(CommandLine, ANameMayBeThatOfACommand) {
  EXPECT_EQ(row({"extension", "add", "status"}).edit.name, "status");
  EXPECT_EQ(row({"tenant", "show", "trunk"}).edit.name, "trunk");
}

TEST(CommandLine, APasswordComesFromOnePlace) {
  EXPECT_EQ(row({"extension", "add", "a", "--password", "x"}).password, PasswordSource::given);
  EXPECT_EQ(row({"extension", "add", "a", "--password-stdin"}).password,
            PasswordSource::standard_input);
  EXPECT_EQ(row({"extension", "set", "a", "--generate-password"}).password,
            PasswordSource::generated);
  EXPECT_EQ(parse({"extension", "add", "a", "--password-stdin", "--password", "x"}).error().status,
            kExitUsage);
}

TEST(CommandLine, TheCommandLineWinsOverTheEnvironment) {
  const Environment environment{"/env.db", "/env-run", "127.0.0.1:9", "/env-ca.pem"};
  const auto from_environment = parse({"selftest"}, environment);
  ASSERT_TRUE(from_environment);
  EXPECT_EQ(from_environment->database, "/env.db");
  EXPECT_EQ(from_environment->run_directory, "/env-run");
  EXPECT_EQ(from_environment->http.port, 9);
  EXPECT_EQ(std::get<SelftestCommand>(from_environment->command).ca_file, "/env-ca.pem");
  for (const auto& words : {std::vector<const char*>{"--db", "/mine.db", "status"},
                            std::vector<const char*>{"status", "--db", "/mine.db"}}) {
    const auto given = parse(words, environment);
    ASSERT_TRUE(given);
    EXPECT_EQ(given->database, "/mine.db");
  }
}

TEST(CommandLine, TheHttpAddressMayBeAUrl) {
  const auto line = parse({"status"}, {"", "", "http://127.0.0.1:8061", ""});
  ASSERT_TRUE(line);
  EXPECT_EQ(line->http.to_string(), "127.0.0.1:8061");
  EXPECT_EQ(parse({"status", "--http", "nonsense"}).error().status, kExitUsage);
}

TEST(CommandLine, WhatIsNotUnderstoodIs64InOneLine) {
  for (const auto& words : {std::vector<const char*>{},
                            {"frobnicate"},
                            {"trunk"},
                            {"trunk", "frob"},
                            {"doctor", "a", "b"},
                            {"trace", "alice", "bob"},
                            {"trace", "--seconds", "-1"},
                            {"drain", "soon"},
                            {"calls", "now"},
                            {"blocklist"},
                            {"blocklist", "rm"},
                            {"blocklist", "list", "all"},
                            {"recording"},
                            {"trunk", "set", "T", "--colour", "red"},
                            {"status", "extra"},
                            {"restart"},
                            {"trunk", "show"},
                            {"selftest", "--seconds", "0"}}) {
    const auto line = parse(words);
    ASSERT_FALSE(line) << (words.empty() ? "" : words.front());
    EXPECT_EQ(line.error().status, kExitUsage);
    EXPECT_EQ(std::ranges::count(line.error().text, '\n'), 1) << line.error().text;
    EXPECT_THAT(line.error().text, testing::StartsWith("ringfencectl: "));
  }
  EXPECT_THAT(parse({"frobnicate"}).error().text, HasSubstr("no command 'frobnicate'"));
  EXPECT_THAT(parse({"restart"}).error().text, HasSubstr("process is required"));
  EXPECT_THAT(parse({"recording", "verify"}).error().text, HasSubstr("recording is required"));
  EXPECT_THAT(parse({"trunk", "frob"}).error().text, HasSubstr("add, list, show, set and rm"));
  EXPECT_THAT(parse({"trunk", "set", "T", "--colour", "red"}).error().text,
              HasSubstr("a trunk has label"));
}

TEST(CommandLine, ATraceIsOfEverythingOrOfOneSubject) {
  const auto whole = parse({"trace"});
  ASSERT_TRUE(whole);
  const auto& everything = std::get<TraceCommand>(whole->command);
  EXPECT_EQ(everything.subject, "");
  EXPECT_FALSE(everything.time) << "until Ctrl-C";
  EXPECT_EQ(everything.detail, LadderDetail::lines);
  const auto line =
      parse({"trace", "a--b@c.test", "--pcap", "t.pcap", "--seconds", "0", "--full", "--json"});
  ASSERT_TRUE(line);
  const auto& one = std::get<TraceCommand>(line->command);
  EXPECT_EQ(one.subject, "a--b@c.test");
  EXPECT_EQ(one.pcap_file, "t.pcap");
  EXPECT_EQ(one.time, std::chrono::seconds(0));
  EXPECT_EQ(one.detail, LadderDetail::whole_messages);
  EXPECT_EQ(line->output, OutputForm::json);
}

TEST(CommandLine, ABlockIsShownOrLifted) {
  EXPECT_TRUE(std::holds_alternative<BlocklistListCommand>(parse({"blocklist", "list"})->command));
  const auto line = parse({"blocklist", "rm", "203.0.113.7"});
  ASSERT_TRUE(line);
  EXPECT_EQ(std::get<BlocklistReleaseCommand>(line->command).source, "203.0.113.7");
}

TEST(CommandLine, EveryCommandHasHelpWithAnExample) {
  for (const auto& words : {std::vector<const char*>{"--help"},
                            {"trunk", "--help"},
                            {"trunk", "add", "--help"},
                            {"selftest", "--help"},
                            {"status", "--help"},
                            {"setting", "set", "--help"},
                            {"calls", "--help"},
                            {"registrations", "--help"},
                            {"trace", "--help"},
                            {"blocklist", "--help"},
                            {"restart", "--help"}}) {
    const auto line = parse(words);
    ASSERT_FALSE(line);
    EXPECT_EQ(line.error().status, kExitDone);
    EXPECT_THAT(line.error().text, HasSubstr("ringfencectl "));
    EXPECT_THAT(line.error().text, HasSubstr("Example"));
  }
}

TEST(CommandLine, CallsOfThePastHaveATimeAndAForm) {
  const auto line = parse({"calls", "--since", "7d", "--csv", "--tenant", "demo"});
  ASSERT_TRUE(line);
  const auto& command = std::get<CallsCommand>(line->command);
  EXPECT_EQ(command.since, "7d");
  EXPECT_TRUE(command.csv);
  EXPECT_EQ(parse({"calls", "--csv"}).error().status, kExitUsage);
}

TEST(CommandLine, ExplainsRulesAndRoutes) {
  const auto acl = parse({"acl", "explain", "203.0.113.7", "alice", "030"});
  ASSERT_TRUE(acl);
  EXPECT_EQ(std::get<ExplainAccessCommand>(acl->command).called, "030");
  const auto route = parse({"route", "explain", "--from", "alice", "--to", "030"});
  ASSERT_TRUE(route);
  EXPECT_EQ(std::get<ExplainRouteCommand>(route->command).to, "030");
  EXPECT_EQ(parse({"route", "explain", "--from", "alice"}).error().status, kExitUsage);
}

TEST(CommandLine, TheDoctorLooksWhereTheEnvironmentSays) {
  Environment environment;
  environment.certificates = "/c";
  environment.name_servers = "127.0.0.1:53";
  const auto line = parse({"doctor", "demo/Telco"}, environment);
  ASSERT_TRUE(line);
  const auto& command = std::get<DoctorCommand>(line->command);
  EXPECT_EQ(command.trunk, "demo/Telco");
  EXPECT_EQ(command.certificates, "/c");
  EXPECT_EQ(command.name_servers, "127.0.0.1:53");
}

TEST(CommandLine, RecordingsAreLookedForWhereTheLineSays) {
  const auto line =
      parse({"recording", "verify", "a-call", "--recordings", "/r", "--key", "k.pem"});
  ASSERT_TRUE(line);
  const auto& command = std::get<RecordingVerifyCommand>(line->command);
  EXPECT_EQ(command.recording, "a-call");
  EXPECT_EQ(command.place.folder, "/r");
  EXPECT_EQ(command.place.key, "k.pem");
  const auto list = parse({"recording", "list"});
  ASSERT_TRUE(list);
  EXPECT_EQ(std::get<RecordingListCommand>(list->command).place.folder, "");
}

TEST(CommandLine, TheCompletionKnowsEveryCommandAndOption) {
  const auto exit = parse({"completion", "bash"});
  ASSERT_FALSE(exit);
  EXPECT_EQ(exit.error().status, kExitDone);
  EXPECT_THAT(exit.error().text, HasSubstr("[\"acl explain\"]=\""));
  EXPECT_THAT(exit.error().text, HasSubstr("[\"trunk\"]=\"add list show set rm"));
  EXPECT_THAT(exit.error().text, HasSubstr("--tls-verify"));
  EXPECT_EQ(parse({"completion", "fish"}).error().status, kExitUsage);
}

}  // namespace
}  // namespace ringfence::admin
