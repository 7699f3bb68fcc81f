// CallShared: what all calls have in common: the leases, and the tables by which transactions,
// dialogs and media sessions find their call. Owned by Calls. A CallScope is given to a call for
// the length of one step.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>

#include "sip-core/b2bua/dialog_index.hpp"
#include "sip-core/b2bua/leg.hpp"
#include "sip-core/b2bua/party_load.hpp"
#include "sip-core/b2bua/transfer_events.hpp"
#include "sip-core/engine/context.hpp"
#include "sip-core/media/address_rule.hpp"
#include "sip-core/media/lease_pool.hpp"

namespace ringfence::sip_core {

// max_calls and max_cps of a trunk.
struct TrunkLoad {
  std::uint32_t calls = 0;
  std::deque<TimePoint> starts;  // of the last second
};

struct CallShared {
  explicit CallShared(Random& random) : dialogs(random) {}

  std::uint32_t ongoing = 0;  // calls that have not ended
  std::deque<TransferEvent> transfers;
  LeasePool leases;
  std::unordered_map<ClientTransactionId, CallNumber> clients;
  std::unordered_map<ServerTransactionId, CallNumber> servers;
  DialogIndex dialogs;
  std::unordered_map<SessionId, CallNumber> sessions;
  std::unordered_map<SessionId, CallNumber> summaries;  // of sessions that have ended, awaited
  std::map<TrunkId, TrunkLoad> loads;
  PartyLoad party_load;
  std::map<TrunkId, std::string> realms;  // that a trunk has accepted our credentials for (R066)
};

// After our own restart: for tls-front to tell which connections are still open.
inline constexpr std::chrono::seconds kAfterRestart{1};

struct CallScope {
  Context& context;
  CallShared& shared;
};

// Counts one more call, or false: the trunk is full.
bool take_trunk_slot(CallScope& scope, const Trunk& trunk, CallKind kind);
void release_trunk_slot(CallShared& shared, TrunkId trunk);

}  // namespace ringfence::sip_core
