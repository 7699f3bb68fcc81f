// `drain [SECONDS]`: the box takes no new calls and ends with the last one, or when the time is
// over. The order is given once; what follows only watches, so Ctrl-C takes nothing back.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "runtime/result.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::admin {

struct DrainCommand {
  std::optional<int> seconds;  // absent: as long as calls last
};

// Until the box has ended. `say` is given a line whenever the number of calls changes.
Result<void> drain(const std::string& run_directory, const SocketAddress& http,
                   const DrainCommand& command, const std::function<void(std::string)>& say);

// What is said while it drains; nullopt: the page is none of a box that drains. Pure.
std::optional<std::string> drain_line(std::string_view health);

}  // namespace ringfence::admin
