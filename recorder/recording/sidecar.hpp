// The sidecar of a recording, recording.json: which call it is, what lies in which channel, how far
// it has come and what is missing. Rewritten as the call runs; hashed and signed with the end.
// Pure. Times are UTC; offsets and lengths are milliseconds of the recording.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "recorder/evidence/manifest.hpp"
#include "runtime/clock.hpp"
#include "runtime/result.hpp"

namespace ringfence::recorder {

// The left channel holds what leg a (the caller's) says, the right one what leg b says.
struct CallFacts {
  std::string tenant{};
  std::string call_id{};  // of leg a, as `ringfencectl calls` shows it
  std::string from{};
  std::string to{};
  std::string left_codec{};
  std::string right_codec{};
};

// Silence was written where sound should be.
struct Missing {
  std::string channel;  // left, right or both
  std::chrono::milliseconds at{};
  std::chrono::milliseconds length{};
  std::string why;

  bool operator==(const Missing&) const = default;
};

struct SegmentFacts {
  std::string file;
  std::chrono::milliseconds length{};
};

struct Sidecar {
  std::string recording;
  CallFacts call;
  std::uint32_t sample_rate = 8000;
  WallTime started{};
  std::optional<WallTime> ended{};
  std::optional<Ending> ending{};  // none while the call runs
  std::vector<SegmentFacts> segments{};
  std::vector<Missing> missing{};

  std::chrono::milliseconds length() const;
};

std::string to_json(const Sidecar& sidecar);
Result<Sidecar> sidecar_from_json(const std::string& text);

}  // namespace ringfence::recorder
