// StateStore: what state.db would hold, in memory: it survives the restarts of the simulated
// sip-core. Every Persist is durable at once.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "sip-core/engine/event.hpp"
#include "sip-core/store/records.hpp"

namespace ringfence::sip_core::simulation {

class StateStore {
 public:
  void apply(const Record& record);
  Restored restored() const;
  const std::vector<CallDetailRecord>& call_details() const { return call_details_; }

  std::size_t calls() const { return calls_.size(); }
  std::size_t pending_invites() const { return invites_.size(); }

 private:
  std::map<BindingRemoved, BindingRecord> bindings_;
  std::map<RecordId, CallRecord> calls_;
  std::map<RecordId, PendingInviteRecord> invites_;
  std::vector<CallDetailRecord> call_details_;
  std::map<TrunkId, TrunkRegistrationRecord> trunks_;
  std::map<WallTime, NonceSecretRecord> nonce_secrets_;
};

}  // namespace ringfence::sip_core::simulation
