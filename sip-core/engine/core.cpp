#include "sip-core/engine/core.hpp"

#include <utility>

namespace ringfence::sip_core {

namespace {

constexpr std::chrono::seconds kHousekeeping{5};
constexpr std::chrono::hours kDetailsInterval{1};
constexpr std::uint64_t kDetailsKeptDays = 90;
enum EngineTimer : std::uint64_t { kHousekeepingTimer, kShutdownTimer };

}  // namespace

Engine::Core::Core(Random& random_source, TimePoint now, WallTime wall)
    : random(random_source),
      start(now),
      start_wall(wall),
      timers(now),
      locations(ids, random),
      outcomes(connections, locations),
      sender(connections, locations, timers, ids),
      transactions(random, timers, sender, counters),
      authenticator(random, wall),
      calls(random),
      inbound(transactions, admission, calls, start),
      dispatch(authenticator, registrar, calls, messages) {
  timers.start(now + kHousekeeping, TimerOwner::engine, kHousekeepingTimer);
}

std::span<const IpAddress> Engine::Core::addresses(TrunkId trunk) const {
  return locations.addresses(trunk);
}

std::span<const SocketAddress> Engine::Core::targets(TrunkId trunk) const {
  return locations.known_targets(trunk);
}

bool Engine::Core::has_good_target(TrunkId trunk) const {
  return sender.good_targets(trunk) > 0;
}

std::string_view Engine::Core::contact_user(TrunkId trunk) const {
  return trunks.contact_user(trunk);
}

std::span<const std::string> Engine::Core::service_route(TrunkId trunk) const {
  return trunks.service_route(trunk);
}

std::span<const std::string> Engine::Core::media_security(TrunkId trunk) const {
  return trunks.media_security(trunk);
}

bool Engine::Core::is_silent(TrunkId trunk) const {
  return probes.is_silent(trunk);
}

Context Engine::Core::begin(TimePoint now, Actions& actions) {
  sender.begin_step(*config, now, actions);
  transactions.begin_step(now);
  const auto since = std::chrono::duration_cast<WallTime::duration>(now - start);
  const WallTime unset = start_wall + since;
  return Context{*config,  now,         unset + clock_set_by,
                 random,   actions,     transactions,
                 timers,   connections, ids,
                 counters, registrar,   *this,
                 unset};
}

void Engine::Core::step(Event& event, TimePoint now, Actions& actions) {
  if (auto* change = std::get_if<ConfigChanged>(&event)) {
    // The old one must outlive the step in which the parts still look back at it.
    const auto previous = std::exchange(config, change->config);
    Context context = begin(now, actions);
    on(context, *change);
    return settle(context);
  }
  Context context = begin(now, actions);
  std::visit([&](auto& e) { on(context, e); }, event);
  settle(context);
}

void Engine::Core::advance(TimePoint now, Actions& actions) {
  Context context = begin(now, actions);
  due.clear();
  timers.advance(now, due);
  for (const std::uint64_t number : due) {
    const auto timer = timers.take(number);
    if (!timer) continue;
    on_timer(context, *timer);
    settle(context);
  }
}

// Parts never call each other's callers: what they cause waits here for its turn.
void Engine::Core::settle(Context& context) {
  for (;;) {
    if (const auto outcome = sender.next_outcome()) {
      if (const auto* sent = std::get_if<Sent>(&outcome->result)) {
        transactions.on_sent(outcome->transaction, sent->flow);
      } else if (const auto* failed = std::get_if<NotSent>(&outcome->result)) {
        transactions.on_send_failed(outcome->transaction, failed->reason);
      }
    } else if (const auto event = transactions.next_event()) {
      std::visit([&](const auto& e) { on(context, e); }, *event);
    } else {
      break;
    }
  }
  if (life == Life::ending && calls.idle() && trunks.idle()) finish_shutdown(context);
}

void Engine::Core::finish_shutdown(Context& context) {
  if (life == Life::drained) return;
  life = Life::drained;
  context.actions.push_back(Drained{});
}

void Engine::Core::on_timer(Context& context, const DueTimer& timer) {
  switch (timer.owner) {
    case TimerOwner::transactions:
      return transactions.on_timer(timer.payload);
    case TimerOwner::sender:
      return sender.on_timer();
    case TimerOwner::registrar:
      return registrar.on_timer(context, timer.payload);
    case TimerOwner::trunks:
      return trunks.on_timer(context, timer.payload);
    case TimerOwner::probes:
      return probes.on_timer(context, timer.payload, trunks);
    case TimerOwner::calls:
      return calls.on_timer(context, timer.payload);
    case TimerOwner::engine:
      if (timer.payload == kHousekeepingTimer) return on_housekeeping(context);
      return finish_shutdown(context);
  }
}

void Engine::Core::expire_call_details(Context& context) {
  if (context.now < details_expire || config->revision == 0) return;
  details_expire = context.now + kDetailsInterval;
  const auto days = std::chrono::days(config->setting_number("cdr_keep_days", kDetailsKeptDays));
  context.persist({CallDetailsExpired{context.wall - days}});
}

void Engine::Core::on_housekeeping(Context& context) {
  locations.refresh(*config, context.now, context.actions);
  authenticator.on_housekeeping(context);
  note_load(context, {});
  expire_call_details(context);
  timers.start(context.now + kHousekeeping, TimerOwner::engine, kHousekeepingTimer);
}

EngineHealth Engine::Core::state() const {
  EngineHealth state;
  state.calls = calls.count();
  state.registrations = registrar.count();
  state.config_revision = config->revision;
  state.draining = dispatch.new_calls() != RequestDispatch::NewCalls::taken;
  state.trunks = trunks.states(*config);
  return state;
}

EngineHealth Engine::Core::health() const {
  EngineHealth health = state();
  for (const Counter& counter : counters.all())
    health.counters.emplace_back(counter.name, counter.value);
  return health;
}

void Engine::Core::on(Context& context, DrainRequested&) {
  if (dispatch.new_calls() != RequestDispatch::NewCalls::taken) return;
  context.log(LogLevel::info, {}, "no new calls are taken",
              {{"calls", std::to_string(calls.count())}});
  dispatch.take_new_calls(RequestDispatch::NewCalls::emergencies);
}

void Engine::Core::on(Context& context, ShutdownRequested& event) {
  if (life != Life::serving) return;
  life = Life::ending;
  dispatch.take_new_calls(RequestDispatch::NewCalls::none);
  calls.on_shutdown(context);
  probes.on_shutdown(context);
  trunks.on_shutdown(context);
  timers.start(context.now + event.grace, TimerOwner::engine, kShutdownTimer);
}

}  // namespace ringfence::sip_core
