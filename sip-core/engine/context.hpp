// Context: what a part of the engine (registrar, trunks, calls) is given for the length of one
// step: the configuration, the time, and the services below it. Made anew for each step; nobody
// keeps it, nor pointers into its config, beyond the step. Sentences for the log go into actions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/counters.hpp"
#include "runtime/random.hpp"
#include "sip-core/config/config.hpp"
#include "sip-core/engine/action.hpp"
#include "sip-core/engine/connections.hpp"
#include "sip-core/engine/identifiers.hpp"
#include "sip-core/engine/timer_service.hpp"
#include "sip-core/transaction/transaction_layer.hpp"

namespace ringfence::sip_core {

class Registrar;
class TrunkFacts;

struct Context {
  const Config& config;
  TimePoint now;
  WallTime wall;
  Random& random;
  Actions& actions;
  TransactionLayer& transactions;
  TimerService& timers;
  const Connections& connections;
  Identifiers& ids;
  Counters& counters;
  const Registrar& registrar;     // where extensions can be reached
  const TrunkFacts& trunk_facts;  // where trunks are, and the Contact user registered for each
  WallTime unset_wall;            // as if nobody had set the clock since the start (F117)

  void log(LogLevel level, std::string tag, std::string sentence,
           std::vector<std::pair<std::string, std::string>> fields = {}) const {
    actions.push_back(WriteLog{level, std::move(tag), std::move(sentence), std::move(fields)});
  }
  // Those that we dialled for it. What is under way over them fails when tls-front says that they
  // are closed.
  void close_connections(TrunkId trunk, std::string_view reason) const {
    for (const ConnectionId id : connections.dialled_for(trunk))
      actions.push_back(CloseConnection{id, std::string(reason)});
  }
  // Emits a Persist and returns the commit that Committed (of an awaited one) or CommitFailed will
  // name.
  CommitId persist(std::vector<Record> records, Urgency urgency = Urgency::unhurried) const {
    const CommitId commit = ids.commit();
    actions.push_back(Persist{commit, std::move(records), urgency});
    return commit;
  }
};

}  // namespace ringfence::sip_core
