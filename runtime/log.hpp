// Logger: the log lines, to stderr. A line is `time LEVEL process [tag] sentence
// key=value …` or one JSON object; values that need it are JSON-quoted; a line is at most 2 KiB.
// Written by a thread of its own once start_async() was called (after confinement, so that the
// thread is confined too), many lines at a time, for waking that thread costs more than a line. It
// never sees a secret: SecretBytes has no way in.
#pragma once

#include <concepts>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/clock.hpp"

namespace ringfence {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { text, json };

struct LogField {
  std::string_view key;
  std::string value;

  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  LogField(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  LogField(std::string_view k, std::integral auto v) : key(k), value(std::to_string(v)) {}
};

using LogFields = std::initializer_list<LogField>;

// One line without its newline; pure, so that tests can compare it.
std::string format_log_line(LogFormat format, WallTime time, LogLevel level,
                            std::string_view process, std::string_view tag,
                            std::string_view sentence, const LogField* fields, std::size_t count);

class Logger {
 public:
  Logger(std::string process, LogLevel level, LogFormat format);
  ~Logger();
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  void configure(std::string process, LogLevel level, LogFormat format);
  // From here on a thread writes; a stalled stderr then drops the oldest lines instead of stopping
  // us.
  void start_async();
  // With it, lines gather; `gather` is called at the first one and has flush() called soon. A line
  // that is an error leaves at once, and so do many.
  void gather_lines(std::function<void()> gather) { gather_ = std::move(gather); }
  void flush();

  void debug(std::string_view sentence, LogFields fields = {}) {
    write(LogLevel::debug, {}, sentence, fields);
  }
  void info(std::string_view sentence, LogFields fields = {}) {
    write(LogLevel::info, {}, sentence, fields);
  }
  void warning(std::string_view sentence, LogFields fields = {}) {
    write(LogLevel::warning, {}, sentence, fields);
  }
  void error(std::string_view sentence, LogFields fields = {}) {
    write(LogLevel::error, {}, sentence, fields);
  }
  // `tag` without brackets; empty for none.
  void write(LogLevel level, std::string_view tag, std::string_view sentence, LogFields fields) {
    write(level, tag, sentence, fields.begin(), fields.size());
  }
  void write(LogLevel level, std::string_view tag, std::string_view sentence,
             const LogField* fields, std::size_t count);
  bool enabled(LogLevel level) const { return level >= level_; }

 private:
  void hand_over(std::string_view lines);

  struct Sink;
  std::string process_;
  LogLevel level_;
  LogFormat format_;
  std::unique_ptr<Sink> sink_;
  std::function<void()> gather_;
  std::string gathered_;
};

// "debug", "info", "warning", "error"; nullptr-safe parse for options and Welcome.
bool parse_log_level(std::string_view text, LogLevel& level);

}  // namespace ringfence
