// A loopback address that no other process uses, so that tests may run side by side on the same
// ports.
#pragma once

#include <unistd.h>

#include <string>

namespace ringfence::media_worker::test {

inline std::string own_loopback() {
  const auto pid = static_cast<unsigned>(::getpid());
  return "127." + std::to_string(1 + (pid >> 16) % 200) + "." + std::to_string((pid >> 8) & 0xff) +
         "." + std::to_string(pid & 0xff);
}

}  // namespace ringfence::media_worker::test
