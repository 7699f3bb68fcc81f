#include "runtime/log.hpp"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <span>

namespace ringfence {
namespace {

constexpr std::size_t kMaxLine = 2048;
constexpr std::size_t kUsualLine = 512;
constexpr std::string_view kEllipsis = "...";
constexpr std::size_t kLeastQuoted = 2 + kEllipsis.size();
constexpr std::size_t kMostGathered = 16 << 10;  // octets
constexpr std::size_t kQueued = 1024;            // pieces of that size, or lines
constexpr std::array<std::string_view, 4> kLevelNames{"DBG", "INF", "WRN", "ERR"};

bool needs_quotes(std::string_view value) {
  if (value.empty()) return true;
  for (const char c : value) {
    const auto u = static_cast<unsigned char>(c);
    if (u <= 0x20 || u >= 0x7f || c == '"' || c == '=' || c == '\\') return true;
  }
  return false;
}

enum class Cut { no, yes };

// `room_after` octets of the line stay free behind the closing quote. What does not fit is cut
// between two characters, so that a cut line still reads as its format.
Cut append_quoted(std::string& line, std::string_view value, std::size_t room_after) {
  line.push_back('"');
  std::size_t whole = line.size();
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
    if (line.size() + 1 + room_after > kMaxLine) {
      line.resize(whole);
      line += kEllipsis;
      line.push_back('"');
      return Cut::yes;
    }
    if (line.size() + kEllipsis.size() + 1 + room_after <= kMaxLine) whole = line.size();
  }
  line.push_back('"');
  return Cut::no;
}

void append_digits(std::string& out, std::size_t count, long long number) {
  const std::size_t start = out.size();
  out.append(count, '0');
  for (std::size_t i = count; i-- > 0; number /= 10)
    out[start + i] = static_cast<char>('0' + number % 10);
}

// "2026-11-23T10:00:00.123Z"
void append_timestamp(std::string& out, WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time - day));
  append_digits(out, 4, static_cast<int>(date.year()));
  append_digits(out += '-', 2, static_cast<unsigned>(date.month()));
  append_digits(out += '-', 2, static_cast<unsigned>(date.day()));
  append_digits(out += 'T', 2, clock.hours().count());
  append_digits(out += ':', 2, clock.minutes().count());
  append_digits(out += ':', 2, clock.seconds().count());
  append_digits(out += '.', 3, clock.subseconds().count());
  out += 'Z';
}

std::string text_line(std::string line, std::string_view tag, std::string_view sentence,
                      std::span<const LogField> fields) {
  if (!tag.empty()) line.append("[").append(tag).append("] ");
  line += sentence;
  for (const LogField& field : fields) {
    line.append(" ").append(field.key).append("=");
    if (!needs_quotes(field.value)) {
      line += field.value;
    } else if (line.size() + kLeastQuoted > kMaxLine ||
               append_quoted(line, field.value, 0) == Cut::yes) {
      break;
    }
  }
  if (line.size() > kMaxLine) {
    line.resize(kMaxLine - kEllipsis.size());
    line += kEllipsis;
  }
  return line;
}

std::string json_line(std::string line, std::string_view tag, std::string_view sentence,
                      std::span<const LogField> fields) {
  if (!tag.empty()) fmt::format_to(std::back_inserter(line), R"(,"tag":"{}")", tag);
  line += R"(,"message":)";
  Cut cut = append_quoted(line, sentence, 1);
  for (const LogField& field : fields) {
    const std::string key = fmt::format(R"(,"{}":)", field.key);
    if (cut == Cut::yes || line.size() + key.size() + kLeastQuoted + 1 > kMaxLine) break;
    line += key;
    cut = append_quoted(line, field.value, 1);
  }
  line.push_back('}');
  return line;
}

}  // namespace

std::string format_log_line(LogFormat format, WallTime time, LogLevel level,
                            std::string_view process, std::string_view tag,
                            std::string_view sentence, const LogField* fields, std::size_t count) {
  const std::string_view name = kLevelNames[static_cast<std::size_t>(level)];
  const std::span<const LogField> all(fields, count);
  std::string line;
  line.reserve(kUsualLine);
  if (format == LogFormat::text) {
    append_timestamp(line, time);
    line.append(" ").append(name).append(" ").append(process).append(" ");
    return text_line(std::move(line), tag, sentence, all);
  }
  append_timestamp(line += R"({"time":")", time);
  line.append(R"(","level":")").append(name).append(R"(","process":")").append(process) += '"';
  return json_line(std::move(line), tag, sentence, all);
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
  flush();
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
  sink_->pool = std::make_shared<spdlog::details::thread_pool>(kQueued, 1);
  sink_->logger = std::make_shared<spdlog::async_logger>(
      "log", sink_->stderr_sink, sink_->pool, spdlog::async_overflow_policy::overrun_oldest);
  sink_->logger->set_level(spdlog::level::trace);
}

void Logger::write(LogLevel level, std::string_view tag, std::string_view sentence,
                   const LogField* fields, std::size_t count) {
  if (!enabled(level)) return;
  const std::string line = format_log_line(format_, std::chrono::system_clock::now(), level,
                                           process_, tag, sentence, fields, count);
  if (!gather_) return hand_over(line);
  const bool first = gathered_.empty();
  if (!first) gathered_.push_back('\n');
  gathered_ += line;
  if (level == LogLevel::error || gathered_.size() > kMostGathered) return flush();
  if (first) gather_();
}

void Logger::flush() {
  if (gathered_.empty()) return;
  hand_over(gathered_);
  gathered_.clear();
}

void Logger::hand_over(std::string_view lines) {
  sink_->logger->log(spdlog::level::info, spdlog::string_view_t(lines.data(), lines.size()));
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
