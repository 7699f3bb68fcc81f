#include "admin/history/moment.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <optional>
#include <string_view>

namespace ringfence::admin {
namespace {

constexpr std::int64_t kMostSeconds = std::int64_t{36500} * 86400;

std::int64_t unix_ms(WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::optional<std::int64_t> ago(std::string_view text, WallTime now) {
  constexpr std::string_view kUnits = "smhd";
  constexpr std::array<std::int64_t, 4> kSeconds{1, 60, 3600, 86400};
  if (text.empty()) return {};
  const std::size_t unit = kUnits.find(text.back());
  std::int64_t amount = 0;
  const char* last = text.data() + text.size() - 1;
  const auto [end, error] = std::from_chars(text.data(), last, amount);
  if (unit == kUnits.npos || error != std::errc() || end != last || amount < 0) return {};
  if (amount > kMostSeconds / kSeconds[unit]) return {};
  return unix_ms(now) - amount * kSeconds[unit] * 1000;
}

std::optional<std::int64_t> date(const std::string& text) {
  for (const char* form :
       {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
    std::tm parts{};
    const char* end = ::strptime(text.c_str(), form, &parts);
    if (end == nullptr || (*end != '\0' && std::string_view(end) != "Z")) continue;
    return std::int64_t{::timegm(&parts)} * 1000;
  }
  return {};
}

}  // namespace

Result<std::int64_t> moment_of(const std::string& text, WallTime now) {
  if (const auto found = ago(text, now)) return *found;
  if (const auto found = date(text)) return *found;
  return fail("'" + text + "' is no time: write 90m, 2h, 7d, 2026-11-26 or 2026-11-26T08:00 (UTC)");
}

}  // namespace ringfence::admin
