#include "sip-core/engine/engine.hpp"

#include "sip-core/engine/core.hpp"

namespace ringfence::sip_core {

Engine::Engine(Random& random, TimePoint now, WallTime wall)
    : core_(std::make_unique<Core>(random, now, wall)) {}

Engine::~Engine() = default;

void Engine::step(Event event, TimePoint now, Actions& actions) {
  core_->step(event, now, actions);
}

void Engine::advance(TimePoint now, Actions& actions) {
  core_->advance(now, actions);
}

std::optional<TimePoint> Engine::next_wake() const {
  return core_->timers.next_wake();
}

EngineHealth Engine::health() const {
  return core_->health();
}

}  // namespace ringfence::sip_core
