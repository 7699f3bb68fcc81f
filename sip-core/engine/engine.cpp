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

EngineHealth Engine::state() const {
  return core_->state();
}

EngineCensus Engine::census() const {
  EngineCensus census;
  census.calls = core_->calls.census();
  census.transactions = core_->transactions.size();
  census.call_timers = core_->timers.count(TimerOwner::calls);
  census.transaction_timers = core_->timers.count(TimerOwner::transactions);
  census.waiting_messages = core_->sender.waiting();
  return census;
}

std::vector<CallView> Engine::calls() const {
  return core_->calls.views(*core_->config, core_->connections);
}

RegistrationPage Engine::registrations(const std::optional<RegistrationKey>& after,
                                       std::size_t limit, TimePoint now) const {
  return core_->registrar.page(after, limit, *core_->config, core_->connections, now);
}

std::optional<FlowEnds> Engine::ends_of(const Flow& flow) const {
  if (const auto* id = std::get_if<ConnectionId>(&flow)) {
    const Connection* connection = core_->connections.find(*id);
    if (connection == nullptr) return std::nullopt;
    return FlowEnds{connection->transport, connection->local, connection->remote};
  }
  const auto& udp = std::get<UdpFlow>(flow);
  const Listener* listener = core_->config->listener(udp.listener);
  if (listener == nullptr) return std::nullopt;
  return FlowEnds{TransportKind::udp, {listener->address, listener->port}, udp.remote};
}

const Config& Engine::config() const {
  return *core_->config;
}

}  // namespace ringfence::sip_core
