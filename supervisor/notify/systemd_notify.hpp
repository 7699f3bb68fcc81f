// Speaks systemd's notify protocol: readiness, reload, status line, watchdog. Does nothing where
// systemd did not start us. The only place that touches libsystemd.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace ringfence::supervisor {

void notify_ready();
void notify_reloading();
void notify_stopping();
void notify_status(const std::string& sentence);
void notify_watchdog();
// How often notify_watchdog() is due; nullopt: no watchdog.
std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace ringfence::supervisor
