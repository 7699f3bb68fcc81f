// The HTTP pages, made from the supervisor's last report and the time. Pure. JSON is
// valid whatever octets a report holds.
#pragma once

#include <string>

#include "proto/supervisor_child.pb.h"
#include "runtime/clock.hpp"
#include "supervisor/status/http_request.hpp"

namespace ringfence::status {

std::string health_page(const proto::StatusReport& report, WallTime now);
std::string tls_health_page(const proto::StatusReport& report, WallTime now);
std::string metrics_page(const proto::StatusReport& report, WallTime now);
std::string blocklist_policy(const proto::StatusReport& report);

// The answer to a request, whatever it was.
HttpResponse answer(const HttpRead& request, const proto::StatusReport& report, WallTime now);

}  // namespace ringfence::status
