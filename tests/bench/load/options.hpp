// LoadOptions: what the load driver is asked for.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "runtime/socket_address.hpp"

namespace ringfence::bench {

enum class Mode : std::uint8_t { call, registration };
enum class Protocol : std::uint8_t { udp, tls };

struct LoadOptions {
  Mode mode = Mode::call;
  Protocol protocol = Protocol::udp;
  SocketAddress target;
  double rate = 100;  // calls or registrations a second
  std::chrono::milliseconds duration{5000};
  std::chrono::milliseconds hold{500};
  bool audio = false;             // SRTP both ways in every call
  std::size_t connections = 100;  // over TLS
  std::size_t users = 1000;       // u0, u1, … of a registration
  Port uas_port = 7000;           // where a call is to arrive
  std::string request_uri = "sip:100@127.0.0.1";
  std::string domain = "127.0.0.1";
  std::string password = "pw";
};

}  // namespace ringfence::bench
