// How many connections the kernel dropped because a listening socket's queue was full (F056), as
// /proc/net/netstat counts them for this network namespace. A flood shows here before anywhere
// else, for no process ever sees what was dropped.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ringfence::supervisor {

// ListenOverflows in the text of /proc/net/netstat; nullopt: it is not there.
std::optional<std::uint64_t> parse_listen_overflows(std::string_view netstat);

// nullopt: the kernel does not say.
std::optional<std::uint64_t> listen_overflows();

}  // namespace ringfence::supervisor
