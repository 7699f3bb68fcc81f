#include "runtime/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "runtime/fd.hpp"

namespace ringfence::test {
namespace {

// 2026-11-23T10:00:00.123Z
const WallTime kTime = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) +
                       std::chrono::hours(10) + std::chrono::milliseconds(123);
constexpr std::size_t kMaxLine = 2048;

std::string line(LogFormat format, std::string_view tag, std::string_view sentence,
                 const std::vector<LogField>& fields) {
  return format_log_line(format, kTime, LogLevel::info, "sip-core", tag, sentence, fields.data(),
                         fields.size());
}
std::string value(std::string text) {
  const std::string whole = line(LogFormat::text, "", "s", {{"k", std::move(text)}});
  return whole.substr(whole.find("k=") + 2);
}

TEST(LogLine, has_the_form_of_the_contract) {
  EXPECT_EQ(
      line(LogFormat::text, "sips-arrival", "a request came", {{"method", "INVITE"}, {"count", 3}}),
      "2026-11-23T10:00:00.123Z INF sip-core [sips-arrival] a request came method=INVITE "
      "count=3");
  EXPECT_EQ(line(LogFormat::text, "", "started", {}),
            "2026-11-23T10:00:00.123Z INF sip-core started");
}

TEST(LogLine, names_its_level) {
  for (const auto& [level, name] :
       {std::pair{LogLevel::debug, "DBG"}, std::pair{LogLevel::info, "INF"},
        std::pair{LogLevel::warning, "WRN"}, std::pair{LogLevel::error, "ERR"}}) {
    const auto text = format_log_line(LogFormat::text, kTime, level, "p", "", "s", nullptr, 0);
    EXPECT_EQ(text, std::string("2026-11-23T10:00:00.123Z ") + name + " p s");
  }
}

TEST(LogLine, quotes_a_value_that_needs_it_and_no_other) {
  EXPECT_EQ(value("sip:alice@192.0.2.1:5060;transport=tls"),
            R"("sip:alice@192.0.2.1:5060;transport=tls")");
  EXPECT_EQ(value("192.0.2.1:5060"), "192.0.2.1:5060");
  EXPECT_EQ(value("<a@b>;tag"), "<a@b>;tag");
  EXPECT_EQ(value(""), R"("")");
  EXPECT_EQ(value("two words"), R"("two words")");
  EXPECT_EQ(value("say \"hi\""), R"("say \"hi\"")");
  EXPECT_EQ(value("back\\slash"), R"("back\\slash")");
}

// The class of log injection: nothing that a peer sends makes a second line or a control sequence.
TEST(LogLine, keeps_control_and_other_octets_out_of_the_line) {
  EXPECT_EQ(value("a\r\nb"), R"("a\u000d\u000ab")");
  EXPECT_EQ(value("\x1b[2J"), R"("\u001b[2J")");
  EXPECT_EQ(value(std::string("nul\0nul", 7)), R"("nul\u0000nul")");
  EXPECT_EQ(value("\x7f"), R"("\u007f")");
  EXPECT_EQ(value("\xc3\xa4"), R"("\u00c3\u00a4")");
  for (int octet = 0; octet < 256; ++octet) {
    for (const auto format : {LogFormat::text, LogFormat::json}) {
      const auto text = line(format, "", "s", {{"k", std::string(3, static_cast<char>(octet))}});
      for (const char c : text)
        EXPECT_TRUE(c >= 0x20 && c < 0x7f) << octet;
    }
  }
}

TEST(LogLine, in_JSON_is_one_object_with_the_same_content) {
  const auto object = nlohmann::json::parse(
      line(LogFormat::json, "acl-deny", "refused", {{"rule", 7}, {"from", "\"x\"\n\\"}}));
  EXPECT_EQ(object["time"], "2026-11-23T10:00:00.123Z");
  EXPECT_EQ(object["level"], "INF");
  EXPECT_EQ(object["process"], "sip-core");
  EXPECT_EQ(object["tag"], "acl-deny");
  EXPECT_EQ(object["message"], "refused");
  EXPECT_EQ(object["rule"], "7");
  EXPECT_EQ(object["from"], "\"x\"\n\\");
}

TEST(LogLine, is_never_longer_than_two_KiB) {
  for (const auto format : {LogFormat::text, LogFormat::json}) {
    for (std::size_t size = 1800; size < 2200; ++size) {
      EXPECT_LE(
          line(format, "tag", "sentence", {{"k", std::string(size, 'v')}, {"after", "x"}}).size(),
          kMaxLine);
    }
    EXPECT_LE(line(format, "", std::string(100'000, 's'), {}).size(), kMaxLine);
    EXPECT_LE(line(format, "", "s", {{"k", std::string(100'000, '\n')}}).size(), kMaxLine);
  }
}

TEST(LogLine, keeps_a_line_whole_that_just_fits) {
  const std::size_t overhead = line(LogFormat::text, "", "s", {{"k", "v"}}).size() - 1;
  const std::string longest(kMaxLine - overhead, 'v');
  const auto whole = line(LogFormat::text, "", "s", {{"k", longest}});
  EXPECT_EQ(whole.size(), kMaxLine);
  EXPECT_TRUE(whole.ends_with("vvv"));
  EXPECT_FALSE(line(LogFormat::text, "", "s", {{"k", longest + "v"}}).ends_with("vvv"));
}

// However a line is cut, a reader of JSON can read it.
TEST(LogLine, cut_in_JSON_is_still_one_object) {
  for (const char* unit : {"v", "\n", "\"", "\\", "\xc3\xa4"}) {
    std::string text;
    while (text.size() < 2200) {
      text += unit;
      if (text.size() * 6 < 1700) continue;  // short of every limit
      if (unit[0] == 'v' && text.size() < 1800) continue;
      const auto cut =
          line(LogFormat::json, "tag", "sentence", {{"first", text}, {"second", "value"}});
      ASSERT_LE(cut.size(), kMaxLine);
      ASSERT_TRUE(nlohmann::json::accept(cut)) << cut.substr(cut.size() - 60);
    }
  }
}

TEST(LogLevel, is_read_by_its_name) {
  LogLevel level = LogLevel::info;
  EXPECT_TRUE(parse_log_level("error", level));
  EXPECT_EQ(level, LogLevel::error);
  EXPECT_TRUE(parse_log_level("debug", level));
  EXPECT_EQ(level, LogLevel::debug);
  EXPECT_FALSE(parse_log_level("", level));
  EXPECT_FALSE(parse_log_level("ERROR", level));
  EXPECT_EQ(level, LogLevel::debug);
}

// What a logger writes to descriptor 2 while this lives.
class CapturedStderr {
 public:
  CapturedStderr() : saved_(::dup(2)) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    reader_ = Fd(ends[0]);
    ::dup2(ends[1], 2);
    ::close(ends[1]);
  }
  ~CapturedStderr() { ::dup2(saved_.get(), 2); }
  std::string read() const {
    std::string all;
    char chunk[4096];
    ssize_t n = 0;
    while ((n = ::read(reader_.get(), chunk, sizeof chunk)) > 0)
      all.append(chunk, static_cast<std::size_t>(n));
    return all;
  }

 private:
  Fd saved_;
  Fd reader_;
};

TEST(Logger, writes_lines_from_its_level_on) {
  const CapturedStderr captured;
  {
    Logger log("test", LogLevel::warning, LogFormat::text);
    log.info("not this");
    log.warning("this", {{"n", 1}});
    EXPECT_FALSE(log.enabled(LogLevel::info));
  }
  const std::string text = captured.read();
  EXPECT_EQ(text.find("not this"), std::string::npos);
  EXPECT_TRUE(text.ends_with(" WRN test this n=1\n")) << text;
}

TEST(Logger, writes_everything_that_is_queued_before_it_goes) {
  const CapturedStderr captured;
  {
    Logger log("test", LogLevel::info, LogFormat::text);
    log.start_async();
    for (int i = 0; i < 500; ++i)
      log.info("line", {{"n", i}});
  }
  const std::string text = captured.read();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 500);
  EXPECT_NE(text.find("n=499\n"), std::string::npos);
}

TEST(Logger, gathers_lines_until_it_is_told_to_write_them_or_one_is_an_error) {
  const CapturedStderr captured;
  Logger log("test", LogLevel::info, LogFormat::text);
  int asked = 0;
  log.gather_lines([&asked] { ++asked; });
  log.info("one");
  log.info("two");
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(captured.read(), "");
  log.flush();
  const std::string both = captured.read();
  EXPECT_EQ(std::count(both.begin(), both.end(), '\n'), 2);
  log.info("three");
  EXPECT_EQ(asked, 2);
  log.error("four");
  const std::string rest = captured.read();
  EXPECT_TRUE(rest.find("three") < rest.find("four") && rest.ends_with("four\n")) << rest;
}

// A reader of the log that stands still costs lines, never time.
TEST(Logger, does_not_wait_for_a_reader_that_stands_still) {
  const CapturedStderr captured;
  ::fcntl(2, F_SETFL, ::fcntl(2, F_GETFL) & ~O_NONBLOCK);  // full after 64 KiB, then it blocks
  std::string text;
  std::optional<Logger> log(std::in_place, "test", LogLevel::info, LogFormat::text);
  log->start_async();
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 30'000; ++i)
    log->info("a line of some length that fills the pipe", {{"n", i}});
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  log->info("the last line");
  {
    // Its end waits for its thread, and that one for us.
    const std::jthread reader([&](const std::stop_token& stop) {
      while (!stop.stop_requested())
        text += captured.read();
    });
    log.reset();
  }
  text += captured.read();
  EXPECT_NE(text.find("the last line"), std::string::npos);
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 30'000);
}

}  // namespace
}  // namespace ringfence::test
