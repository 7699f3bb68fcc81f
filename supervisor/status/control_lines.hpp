// The lines with which the admin socket answers: JSON objects, each on one line with its newline.
// Pure. What peers chose may be any octets: text that is no UTF-8 is given as "…_base64" instead.
#pragma once

#include <string>

#include "proto/status_sip_core.pb.h"
#include "proto/supervisor_child.pb.h"

namespace ringfence::status {

std::string call_line(const proto::CallRow& call);
std::string registration_line(const proto::RegistrationRow& registration);
std::string blocked_line(const proto::BlockedSource& source);
std::string traced_line(const proto::TracedMessage& traced);
// What was held has been told; from here on it is live.
std::string live_line();
// That many messages were dropped: the reader was too slow.
std::string missed_line(std::uint64_t messages);

}  // namespace ringfence::status
