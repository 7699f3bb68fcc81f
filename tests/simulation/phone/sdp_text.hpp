// SdpText: the little of SDP that a simulated phone says and understands: one audio stream, its
// address, its key and its direction. Read and written here by itself, not with the engine's own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/socket_address.hpp"

namespace ringfence::simulation {

struct SdpText {
  std::string session;  // o=: user name and session id
  std::uint32_t version = 1;
  SocketAddress media;  // port 0: rejected
  bool savp = false;
  std::string key;  // base64 of key and salt; "": no crypto line
  std::string tag = "1";
  std::string direction = "sendrecv";

  static std::optional<SdpText> read(std::string_view body);
  std::string to_string() const;
};

}  // namespace ringfence::simulation
