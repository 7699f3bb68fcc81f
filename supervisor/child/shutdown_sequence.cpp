#include "supervisor/child/shutdown_sequence.hpp"

namespace ringfence::supervisor {

std::vector<ShutdownOrder> begin_shutdown(ShutdownSequence& sequence, TimePoint now) {
  sequence = {ShutdownSequence::Phase::sip_core, now};
  return {ShutdownOrder::finish_sip_core};
}

std::vector<ShutdownOrder> step(ShutdownSequence& sequence, const Alive& alive, TimePoint now) {
  using Phase = ShutdownSequence::Phase;
  const auto elapsed = now - sequence.begun;
  if (sequence.phase == Phase::done) return {};
  if (alive.none()) {
    sequence.phase = Phase::done;
    return {ShutdownOrder::exit};
  }
  if (sequence.phase != Phase::killed && elapsed >= kKillAfter) {
    sequence.phase = Phase::killed;
    return {ShutdownOrder::kill_all};
  }
  if (sequence.phase == Phase::sip_core && (!alive.sip_core || elapsed >= kSipCoreLimit)) {
    sequence.phase = Phase::others;
    return {ShutdownOrder::finish_others};
  }
  return {};
}

}  // namespace ringfence::supervisor
