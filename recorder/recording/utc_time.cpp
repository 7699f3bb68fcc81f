#include "recorder/recording/utc_time.hpp"

#include <fmt/chrono.h>

#include <charconv>
#include <ctime>
#include <string_view>

namespace ringfence::recorder {

std::string utc_text(WallTime time) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::time_t{seconds.count()}),
                     (since - seconds).count());
}

std::optional<WallTime> utc_time(const std::string& text) {
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr || *rest != '.') return {};
  int milliseconds = 0;
  const auto [end, error] = std::from_chars(rest + 1, text.c_str() + text.size(), milliseconds);
  if (error != std::errc() || end - rest != 4 || std::string_view(end) != "Z") return {};
  return std::chrono::system_clock::from_time_t(::timegm(&parts)) +
         std::chrono::milliseconds(milliseconds);
}

}  // namespace ringfence::recorder
