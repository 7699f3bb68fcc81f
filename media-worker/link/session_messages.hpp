// Between the messages of the link and the values of this process. Reading checks all that can be
// checked without knowing the worker's state, and wipes the keys in the message once it has its own
// copy. A message that asks for something illegal is an error with a reason for sip-core's log.
#pragma once

#include "media-worker/session/session.hpp"
#include "proto/sip_core_media_worker.pb.h"
#include "runtime/result.hpp"

namespace ringfence::media_worker {

Result<SessionDescription> read_session_set(proto::SessionSet& message);
// nullopt: no event, or of no such length.
std::optional<TelephoneEvent> read_telephone_event(const proto::TelephoneEvent& message);
proto::SessionSummary summary_of(const Session& session);

}  // namespace ringfence::media_worker
