#include "supervisor/options/options.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>

namespace ringfence::supervisor {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::expected<Options, OptionsExit> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "ringfence-supervisor");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

TEST(Options, HaveDefaults) {
  const auto options = parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->http.to_string(), "127.0.0.1:8060");
  EXPECT_EQ(options->rtp_low, 16384);
  EXPECT_EQ(options->rtp_high, 32767);
  EXPECT_GE(options->media_workers, 1U);
  EXPECT_EQ(options->confine, "require");
  EXPECT_EQ(options->user_prefix, ::geteuid() == 0 ? "ringfence" : "");
}

TEST(Options, AreTakenFromTheCommandLine) {
  const auto options =
      parse({"--db", "c.db", "--http", "[::1]:81", "--media-workers", "3", "--rtp-ports",
             "20000-20999", "--user-prefix", "none", "--confine", "auto", "--log-level", "debug",
             "--log-format", "json", "--name-servers", "127.0.0.1:5353,[::1]:53,192.0.2.1"});
  ASSERT_TRUE(options) << options.error().text;
  EXPECT_EQ(options->database, "c.db");
  EXPECT_EQ(options->name_servers, "127.0.0.1:5353,[::1]:53,192.0.2.1");
  EXPECT_EQ(options->http.to_string(), "[::1]:81");
  EXPECT_EQ(options->media_workers, 3U);
  EXPECT_EQ(options->rtp_high, 20999);
  EXPECT_EQ(options->user_prefix, "");
  EXPECT_EQ(options->log_level, LogLevel::debug);
  EXPECT_EQ(options->log_format, LogFormat::json);
}

TEST(Options, AreTakenFromTheEnvironmentUnlessTheCommandLineSaysOtherwise) {
  ::setenv("RINGFENCE_RTP_PORTS", "30000-30999", 1);
  ::setenv("RINGFENCE_DB", "env.db", 1);
  const auto options = parse({"--db", "line.db"});
  ::unsetenv("RINGFENCE_RTP_PORTS");
  ::unsetenv("RINGFENCE_DB");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->database, "line.db");
  EXPECT_EQ(options->rtp_low, 30000);
}

TEST(Options, ThatAreBadGiveOneLineAndStatus64) {
  const std::vector<std::vector<const char*>> bad = {
      {"--bogus"},
      {"extra"},
      {"--name-servers", "ns.example"},
      {"--name-servers", "192.0.2.1,"},
      {"--db"},
      {"--http", "8060"},
      {"--http", "a:b"},
      {"--http", "127.0.0.1:0"},
      {"--rtp-ports", "9"},
      {"--rtp-ports", "5000-4000"},
      {"--rtp-ports", "80-5000"},
      {"--rtp-ports", "20000-70000"},
      {"--rtp-ports", "20000-20003"},
      {"--media-workers", "0"},
      {"--media-workers", "65"},
      {"--media-workers", "x"},
      {"--confine", "perhaps"},
      {"--log-level", "loud"},
      {"--log-format", "xml"},
  };
  for (const auto& arguments : bad) {
    const auto options = parse(arguments);
    ASSERT_FALSE(options) << arguments[0];
    EXPECT_EQ(options.error().status, 64) << arguments[0];
    const std::string& text = options.error().text;
    EXPECT_THAT(text, AllOf(StartsWith("ringfence-supervisor: "), EndsWith("\n")));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  }
}

TEST(Options, ShowHelpWithExamples) {
  const auto help = parse({"--help"});
  ASSERT_FALSE(help);
  EXPECT_EQ(help.error().status, 0);
  EXPECT_THAT(help.error().text, AllOf(HasSubstr("--rtp-ports"), HasSubstr("Examples:")));
}

}  // namespace
}  // namespace ringfence::supervisor
