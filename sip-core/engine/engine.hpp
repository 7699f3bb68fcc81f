// Engine: all of sip-core that decides. Pure: events and the time go in, actions come out; no
// socket, no clock, no database, no libuv. It owns its timers: the shell calls advance() no later
// than next_wake().
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "sip-core/engine/action.hpp"
#include "sip-core/engine/call_view.hpp"
#include "sip-core/engine/census.hpp"
#include "sip-core/engine/event.hpp"
#include "sip-core/engine/registration_view.hpp"

namespace ringfence::sip_core {

struct TrunkState {
  TrunkId trunk;
  std::string state;  // registered | registering | failed | up | down
  std::string transport;
  std::string last_error;
};

// What /health says of sip-core.
struct EngineHealth {
  std::uint32_t calls = 0;  // confirmed and early
  std::uint32_t registrations = 0;
  std::uint64_t config_revision = 0;
  bool draining = false;
  std::vector<TrunkState> trunks;
  std::vector<std::pair<std::string, std::uint64_t>> counters;
};

// Both ends of a flow: ours is unspecified where a listener is bound to every address.
struct FlowEnds {
  TransportKind transport = TransportKind::udp;
  SocketAddress local;
  SocketAddress remote;
};

class Engine {
 public:
  // `random` outlives the engine. `wall` and `now` are the same moment: certificates and expiry
  // times in state.db are UTC, everything else is monotonic.
  Engine(Random& random, TimePoint now, WallTime wall);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void step(Event event, TimePoint now, Actions& actions);
  void advance(TimePoint now, Actions& actions);
  std::optional<TimePoint> next_wake() const;
  EngineHealth health() const;
  EngineHealth state() const;  // the same without the counters: cheap to ask for
  EngineCensus census() const;

  // For operators and traces; nothing here changes anything.
  std::vector<CallView> calls() const;
  RegistrationPage registrations(const std::optional<RegistrationKey>& after, std::size_t limit,
                                 TimePoint now) const;
  std::optional<FlowEnds> ends_of(const Flow& flow) const;  // nullopt: closed
  const Config& config() const;

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace ringfence::sip_core
