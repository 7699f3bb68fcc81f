// ShutdownSequence: how the bundle ends. Pure. sip-core goes first, for its last words travel
// through tls-front and its media workers; when it is gone or its grace is over the rest follows,
// and at the deadline whatever is left is killed. All of it fits into the 5 s that a stop may take.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "runtime/clock.hpp"

namespace ringfence::supervisor {

inline constexpr std::chrono::milliseconds kSipCoreGrace{3000};
inline constexpr std::chrono::milliseconds kOthersGrace{500};
inline constexpr std::chrono::milliseconds kSipCoreLimit{3200};
inline constexpr std::chrono::milliseconds kKillAfter{4200};

enum class ShutdownOrder : std::uint8_t { finish_sip_core, finish_others, kill_all, exit };

struct ShutdownSequence {
  enum class Phase : std::uint8_t { sip_core, others, killed, done };
  Phase phase = Phase::sip_core;
  TimePoint begun{};
};

struct Alive {
  bool sip_core = false;
  bool others = false;
  bool none() const { return !sip_core && !others; }
};

std::vector<ShutdownOrder> begin_shutdown(ShutdownSequence& sequence, TimePoint now);
// To be called at every death and every 100 ms.
std::vector<ShutdownOrder> step(ShutdownSequence& sequence, const Alive& alive, TimePoint now);

}  // namespace ringfence::supervisor
