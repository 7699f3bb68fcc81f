// status_report: gathers what every part knows into the one message from which ringfence-status
// makes its pages. Pure.
#pragma once

#include <map>
#include <vector>

#include "supervisor/config/snapshot.hpp"
#include "supervisor/listener/listener_set.hpp"

namespace ringfence::supervisor {

struct StatusSources {
  std::vector<proto::ProcessStatus> processes;
  const std::map<RowId, ListenerSet::Held>* listeners = nullptr;
  const Config* config = nullptr;
  std::uint64_t revision = 0;  // in force in every child
  std::vector<const std::vector<Problem>*> errors;
  std::vector<const std::vector<Problem>*> warnings;
  const proto::SipCoreHealth* sip_core = nullptr;    // null: it is not running
  const proto::TlsFrontHealth* tls_front = nullptr;  // null: it is not running
};

proto::StatusReport status_report(const StatusSources& sources);

}  // namespace ringfence::supervisor
