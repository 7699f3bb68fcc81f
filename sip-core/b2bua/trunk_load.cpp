#include "sip-core/b2bua/call_shared.hpp"

namespace ringfence::sip_core {

bool take_trunk_slot(CallScope& scope, const Trunk& trunk, CallKind kind) {
  TrunkLoad& load = scope.shared.loads[trunk.id];
  const bool limited = kind == CallKind::ordinary;
  if (limited && trunk.max_calls && load.calls >= *trunk.max_calls) return false;
  const TimePoint now = scope.context.now;
  while (!load.starts.empty() && now - load.starts.front() >= std::chrono::seconds(1)) {
    load.starts.pop_front();
  }
  if (trunk.max_cps) {
    if (limited && load.starts.size() >= *trunk.max_cps) return false;
    load.starts.push_back(now);
  }
  ++load.calls;
  return true;
}

void release_trunk_slot(CallShared& shared, TrunkId trunk) {
  const auto load = shared.loads.find(trunk);
  if (load != shared.loads.end() && load->second.calls > 0) --load->second.calls;
}

}  // namespace ringfence::sip_core
