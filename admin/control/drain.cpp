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

CallsLeft calls_left(std::string_view page) {
  const auto health = nlohmann::json::parse(page, nullptr, false);
  if (!health.is_object() || !health.value("draining", false)) return std::nullopt;
  const auto calls = health.find("calls");
  if (calls == health.end() || !calls->is_object()) return std::nullopt;
  return calls->value("active", std::int64_t{0});
}

std::string drain_as_text(CallsLeft left) {
  return left ? fmt::format("no new calls are taken; {} left\n", *left) : "Ringfence has ended\n";
}

std::string drain_as_json(CallsLeft left) {
  return left ? fmt::format("{{\"ended\": false, \"calls\": {}}}\n", *left)
              : "{\"ended\": true, \"calls\": 0}\n";
}

Result<void> drain(const std::string& run_directory, const SocketAddress& http,
                   const DrainCommand& command, const std::function<void(CallsLeft)>& say) {
  if (const auto given = order_drain(run_directory, command.seconds); !given) return given;
  CallsLeft last;
  for (;;) {
    const auto page = fetch_page(http, "/health");
    // The supervisor holds that socket: a status process that is restarted is no end.
    if (!page && !is_listened_at(http)) {
      say(std::nullopt);
      return {};
    }
    const CallsLeft left = page ? calls_left(*page) : std::nullopt;
    if (left && left != last) say(left);
    if (left) last = left;
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace ringfence::admin
