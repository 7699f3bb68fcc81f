// AccessGate: the access rules in force, for whoever is about to let something through: it tells
// the log and the counters, and in shadow mode refuses nothing.
#pragma once

#include <string_view>

#include "sip-core/engine/context.hpp"
#include "sip-core/routing/access.hpp"

namespace ringfence::sip_core {

struct AccessAttempt {
  AccessSubject subject;
  SocketAddress remote;
  std::string_view call_id;
  std::string_view what;  // of the log line: "a request"
};

// True: a rule refuses it.
bool refused_by_rule(const Context& context, const AccessAttempt& attempt);

}  // namespace ringfence::sip_core
