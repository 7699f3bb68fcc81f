// `drain [SECONDS]`: the box takes no new calls and ends with the last one, or when the time is
// over. The order is given once; what follows only watches, so Ctrl-C takes nothing back.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "runtime/result.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::admin {

struct DrainCommand {
  std::optional<int> seconds;  // absent: as long as calls last
};
// How many calls there still are; absent: the box has ended.
using CallsLeft = std::optional<std::int64_t>;

// Until the box has ended. `say` is called whenever the number changes.
Result<void> drain(const std::string& run_directory, const SocketAddress& http,
                   const DrainCommand& command, const std::function<void(CallsLeft)>& say);

// Absent: the page is none of a box that drains. Pure.
CallsLeft calls_left(std::string_view health);
// One line each.
std::string drain_as_text(CallsLeft left);
std::string drain_as_json(CallsLeft left);

}  // namespace ringfence::admin
