// What a StatusReport amounts to. Pure: the words `status` of /health and /sip-tls/health and the
// choice between 200 and 503.
#pragma once

#include <string_view>

#include "proto/supervisor_child.pb.h"

namespace ringfence::status {

enum class Health { ok, degraded, down };
std::string_view name_of(Health health);  // ok | degraded | down

// A process is ready whose name begins so.
bool runs(const proto::StatusReport& report, std::string_view name_prefix);
// sip-core, tls-front and a media worker are ready.
bool essentials_run(const proto::StatusReport& report);
bool all_listeners_bound(const proto::StatusReport& report);
// What /health answers with 200.
bool serves(const proto::StatusReport& report);
Health overall_health(const proto::StatusReport& report);

enum class TlsHealth { listening, degraded, down };
std::string_view name_of(TlsHealth health);
TlsHealth tls_health(const proto::StatusReport& report);

}  // namespace ringfence::status
