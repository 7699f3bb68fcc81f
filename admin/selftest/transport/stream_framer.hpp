// StreamFramer: octets of a stream into whole SIP messages by their Content-Length (RFC 3261
// §18.3). Pure. Line ends between messages (RFC 5626 §3.5.1) are passed over. After an error the
// stream is of no use any more.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/result.hpp"

namespace ringfence::admin {

class StreamFramer {
 public:
  void append(std::string_view octets) { buffer_ += octets; }
  // The next whole message; nullopt while more octets are needed.
  Result<std::optional<std::string>> next();

 private:
  std::string buffer_;
};

}  // namespace ringfence::admin
