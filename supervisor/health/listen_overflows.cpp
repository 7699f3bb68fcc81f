#include "supervisor/health/listen_overflows.hpp"

#include <fstream>
#include <sstream>
#include <string>

namespace ringfence::supervisor {
namespace {

constexpr std::string_view kGroup = "TcpExt:";
constexpr std::string_view kCounter = "ListenOverflows";

}  // namespace

// Two lines per group: the names, then the values in the same order.
std::optional<std::uint64_t> parse_listen_overflows(std::string_view netstat) {
  std::istringstream lines{std::string(netstat)};
  for (std::string names; std::getline(lines, names);) {
    std::string values;
    if (!std::getline(lines, values)) return std::nullopt;
    if (!names.starts_with(kGroup)) continue;
    std::istringstream name_words(names);
    std::istringstream value_words(values);
    std::string name;
    std::string value;
    while (name_words >> name && value_words >> value) {
      if (name != kCounter) continue;
      std::istringstream number(value);
      std::uint64_t count = 0;
      return number >> count ? std::optional(count) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> listen_overflows() {
  std::ifstream file("/proc/net/netstat");
  std::ostringstream text;
  text << file.rdbuf();
  return parse_listen_overflows(text.str());
}

}  // namespace ringfence::supervisor
