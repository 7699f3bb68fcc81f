// Transport: the load driver's way to the server: one UDP socket, or so many TLS connections.
// Received messages come whole. Loopback only: certificates are not checked.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/loop.hpp"
#include "tests/bench/load/options.hpp"

namespace ringfence::bench {

class Transport {
 public:
  using OnMessage = std::function<void(std::string octets)>;

  virtual ~Transport() = default;
  virtual void send(std::size_t connection, std::string_view octets) = 0;
  virtual std::size_t connections() const = 0;
  // Our end, as Via and Contact say it.
  virtual const std::string& local(std::size_t connection) const = 0;

  // Connections are made before it returns. Throws std::system_error or std::runtime_error.
  static std::unique_ptr<Transport> make(Loop& loop, const LoadOptions& options,
                                         OnMessage on_message);
};

}  // namespace ringfence::bench
