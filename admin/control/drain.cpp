#include "admin/control/drain.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "admin/control/orders.hpp"
#include "admin/net/blocking_socket.hpp"
#include "admin/status/health_pages.hpp"

namespace ringfence::admin {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{250};

}  // namespace

std::optional<std::string> drain_line(std::string_view page) {
  const auto health = nlohmann::json::parse(page, nullptr, false);
  if (!health.is_object() || !health.value("draining", false)) return std::nullopt;
  const auto calls = health.find("calls");
  if (calls == health.end() || !calls->is_object()) return std::nullopt;
  return fmt::format("no new calls are taken; {} left", calls->value("active", 0));
}

Result<void> drain(const std::string& run_directory, const SocketAddress& http,
                   const DrainCommand& command, const std::function<void(std::string)>& say) {
  if (const auto given = order_drain(run_directory, command.seconds); !given) return given;
  std::string last;
  for (;;) {
    const auto page = fetch_page(http, "/health");
    // The supervisor holds that socket: a status process that is restarted is no end.
    if (!page && !is_listened_at(http)) {
      say("Ringfence has ended");
      return {};
    }
    const auto line = page ? drain_line(*page) : std::nullopt;
    if (line && *line != last) say(*line);
    if (line) last = *line;
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace ringfence::admin
