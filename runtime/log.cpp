#include "runtime/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>

namespace ringfence {
namespace {

constexpr std::size_t kMaxLine = 2048;
constexpr std::size_t kQueueLines = 8192;
constexpr std::array<std::string_view, 4> kLevelNames{"DBG", "INF", "WRN", "ERR"};

bool needs_quotes(std::string_view value) {
  if (value.empty()) return true;
  for (const char c : value) {
    const auto u = static_cast<unsigned char>(c);
    if (u <= 0x20 || u >= 0x7f || c == '"' || c == '=' || c == '\\') return true;
  }
  return false;
}

void append_quoted(std::string& line, std::string_view value) {
  line.push_back('"');
  for (const char c : value) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line.push_back('\\');
      line.push_back(c);
    } else if (u < 0x20 || u >= 0x7f) {
      // Octet by octet: a log stays ASCII whatever a peer sent.
      fmt::format_to(std::back_inserter(line), "\\u{:04x}", u);
    } else {
      line.push_back(c);
    }
  }
  line.push_back('"');
}

std::string timestamp(WallTime time) {
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(millis);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (millis - seconds).count());
}

// A cut line still ends as a line of its format would.
void clip(std::string& line, LogFormat format) {
  if (line.size() <= kMaxLine) return;
  const std::string_view ending = format == LogFormat::json ? "…\"}" : "…";
  line.resize(kMaxLine - ending.size());
  while (!line.empty() && line.back() == '\\')
    line.pop_back();
  line += ending;
}

}  // namespace

std::string format_log_line(LogFormat format, WallTime time, LogLevel level,
                            std::string_view process, std::string_view tag,
                            std::string_view sentence, const LogField* fields, std::size_t count) {
  std::string line;
  line.reserve(256);
  const std::string_view name = kLevelNames[static_cast<std::size_t>(level)];
  if (format == LogFormat::text) {
    line = timestamp(time);
    fmt::format_to(std::back_inserter(line), " {} {} ", name, process);
    if (!tag.empty()) fmt::format_to(std::back_inserter(line), "[{}] ", tag);
    line += sentence;
    for (std::size_t i = 0; i < count; ++i) {
      fmt::format_to(std::back_inserter(line), " {}=", fields[i].key);
      if (needs_quotes(fields[i].value)) {
        append_quoted(line, fields[i].value);
      } else {
        line += fields[i].value;
      }
    }
  } else {
    fmt::format_to(std::back_inserter(line), R"({{"time":"{}","level":"{}","process":"{}")",
                   timestamp(time), name, process);
    if (!tag.empty()) fmt::format_to(std::back_inserter(line), R"(,"tag":"{}")", tag);
    line += R"(,"message":)";
    append_quoted(line, sentence);
    for (std::size_t i = 0; i < count; ++i) {
      fmt::format_to(std::back_inserter(line), R"(,"{}":)", fields[i].key);
      append_quoted(line, fields[i].value);
    }
    line.push_back('}');
  }
  clip(line, format);
  return line;
}

struct Logger::Sink {
  std::shared_ptr<spdlog::sinks::sink> stderr_sink;  // shared with the pool's thread
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::logger> logger;

  Sink() : stderr_sink(std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    stderr_sink->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
    logger = std::make_shared<spdlog::logger>("log", stderr_sink);
    logger->set_level(spdlog::level::trace);
  }
};

Logger::Logger(std::string process, LogLevel level, LogFormat format)
    : process_(std::move(process)),
      level_(level),
      format_(format),
      sink_(std::make_unique<Sink>()) {}

Logger::~Logger() {
  sink_->logger.reset();
  sink_->pool.reset();  // writes out what is queued, then joins
}

void Logger::configure(std::string process, LogLevel level, LogFormat format) {
  process_ = std::move(process);
  level_ = level;
  format_ = format;
}

void Logger::start_async() {
  if (sink_->pool) return;
  sink_->pool = std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
  sink_->logger = std::make_shared<spdlog::async_logger>(
      "log", sink_->stderr_sink, sink_->pool, spdlog::async_overflow_policy::overrun_oldest);
  sink_->logger->set_level(spdlog::level::trace);
}

void Logger::write(LogLevel level, std::string_view tag, std::string_view sentence,
                   const LogField* fields, std::size_t count) {
  if (!enabled(level)) return;
  const std::string line = format_log_line(format_, std::chrono::system_clock::now(), level,
                                           process_, tag, sentence, fields, count);
  sink_->logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

bool parse_log_level(std::string_view text, LogLevel& level) {
  constexpr std::array<std::string_view, 4> kNames{"debug", "info", "warning", "error"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (text == kNames[i]) {
      level = static_cast<LogLevel>(i);
      return true;
    }
  }
  return false;
}

}  // namespace ringfence
