// The settings of tls-front, with their defaults, as rows of the table `settings` name
// them. A value that is no number in its range leaves the setting as it was.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "tls-front/tls/context.hpp"

namespace ringfence::tls_front {

struct FrontSettings {
  std::uint32_t handshake_cap = 200;           // in flight, per port
  std::uint32_t handshakes_per_source = 32;    // in flight; 0 = no limit
  std::uint32_t connections_per_source = 256;  // 0 = no limit
  std::chrono::seconds handshake_timeout{15};
  std::chrono::seconds first_message_timeout{30};
  std::chrono::seconds message_timeout{10};
  std::chrono::seconds idle_timeout{600};
  std::chrono::seconds ping_interval{120};  // on connections that we dialled; 0 = no pings
  std::uint32_t blocklist_failures = 15;    // one more blocks; 0 = never
  std::chrono::seconds blocklist_window{300};
  std::chrono::seconds blocklist_duration{3600};
  std::chrono::seconds stats_interval{30};  // 0 = no line
  std::string tls_groups{kDefaultGroups};   // best first, separated by spaces

  // False: a key of ours with an unusable value. Other processes' keys are none of our business.
  bool set(std::string_view key, std::string_view value);
};

}  // namespace ringfence::tls_front
