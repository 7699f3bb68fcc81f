#include "supervisor/notify/systemd_notify.hpp"

#include <systemd/sd-daemon.h>

namespace ringfence::supervisor {

void notify_ready() {
  sd_notify(0, "READY=1");
}

void notify_reloading() {
  // Type=notify-reload pairs the two by this clock reading.
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
  const std::string state = "RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count());
  sd_notify(0, state.c_str());
}

void notify_stopping() {
  sd_notify(0, "STOPPING=1");
}

void notify_status(const std::string& sentence) {
  const std::string state = "STATUS=" + sentence;
  sd_notify(0, state.c_str());
}

void notify_watchdog() {
  sd_notify(0, "WATCHDOG=1");
}

std::optional<std::chrono::microseconds> watchdog_interval() {
  std::uint64_t limit = 0;
  if (sd_watchdog_enabled(0, &limit) <= 0 || limit == 0) return std::nullopt;
  return std::chrono::microseconds(limit / 2);
}

}  // namespace ringfence::supervisor
