// Audio: the sound of all calls of the load driver, on the selftest's phones: SRTP both ways, 50
// packets a second, and what came of it over all streams. libsrtp2 refuses an index that it has
// seen, so a keystream that is used twice counts as refused.
#pragma once

#include <cstdint>
#include <memory>

#include "admin/selftest/call_media.hpp"

namespace ringfence::bench {

struct AudioResult {
  std::uint64_t streams = 0;  // each heard by one side
  std::uint64_t silent = 0;   // of them: nothing was ever heard
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::uint64_t refused = 0;
  double longest_silence_ms = 0;

  void add(const admin::MediaMeasurement& one);
};

using AudioPtr = std::unique_ptr<admin::CallMedia>;

// Two ports of 127.0.0.1 and a fresh key. Throws std::runtime_error where there are none.
AudioPtr bind_audio(Loop& loop, Random& random);
// Sends from now on to whom the peer's description names; false where it is no secured audio.
bool connect_audio(admin::CallMedia& media, std::string_view description);

}  // namespace ringfence::bench
