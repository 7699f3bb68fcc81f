#include "tls-front/front/front_settings.hpp"

#include <charconv>
#include <variant>

namespace ringfence::tls_front {
namespace {

constexpr std::uint32_t kWeek = 7 * 24 * 3600;
constexpr std::uint32_t kMany = 1'000'000;

using CountMember = std::uint32_t FrontSettings::*;
using SecondsMember = std::chrono::seconds FrontSettings::*;

struct Key {
  std::string_view name;
  std::variant<CountMember, SecondsMember> member;
  std::uint32_t lowest;
  std::uint32_t highest;
};

constexpr Key kKeys[] = {
    {"handshake_cap", &FrontSettings::handshake_cap, 1, kMany},
    {"handshakes_per_source", &FrontSettings::handshakes_per_source, 0, kMany},
    {"connections_per_source", &FrontSettings::connections_per_source, 0, kMany},
    {"handshake_timeout_s", &FrontSettings::handshake_timeout, 1, kWeek},
    {"first_message_timeout_s", &FrontSettings::first_message_timeout, 1, kWeek},
    {"message_timeout_s", &FrontSettings::message_timeout, 1, kWeek},
    {"idle_timeout_s", &FrontSettings::idle_timeout, 1, kWeek},
    {"ping_interval_s", &FrontSettings::ping_interval, 0, kWeek},
    {"blocklist_failures", &FrontSettings::blocklist_failures, 0, 1000},
    {"blocklist_window_s", &FrontSettings::blocklist_window, 1, kWeek},
    {"blocklist_duration_s", &FrontSettings::blocklist_duration, 1, kWeek},
    {"stats_interval_s", &FrontSettings::stats_interval, 0, kWeek},
};

}  // namespace

bool FrontSettings::set(std::string_view key, std::string_view value) {
  if (key == "tls_groups") {
    tls_groups = value;
    return !value.empty();
  }
  for (const Key& known : kKeys) {
    if (known.name != key) continue;
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size()) return false;
    if (number < known.lowest || number > known.highest) return false;
    if (const auto* count = std::get_if<CountMember>(&known.member)) {
      this->** count = number;
    } else {
      this->*std::get<SecondsMember>(known.member) = std::chrono::seconds(number);
    }
    return true;
  }
  return true;
}

}  // namespace ringfence::tls_front
