// One question and one answer over a stream socket, for commands that have nothing else to do:
// connect, write all, read to the end, within a time limit. Never used where a loop runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "runtime/result.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::admin {

struct ExchangeLimits {
  std::chrono::milliseconds time{5000};
  std::size_t octets = std::size_t{16} << 20;
};

Result<std::string> ask(const SocketAddress& address, std::string_view question,
                        const ExchangeLimits& limits = {});
// Of a Unix socket at `path`.
Result<std::string> ask(const std::string& path, std::string_view question,
                        const ExchangeLimits& limits = {});

// Whether anybody listens there, answering or not.
bool is_listened_at(const SocketAddress& address);

}  // namespace ringfence::admin
