// Translation between the link to one media-worker and the engine's values. Pure. An inbound
// message that cannot be true is nullopt, and the link is closed.
#pragma once

#include <optional>

#include "proto/sip_core_media_worker.pb.h"
#include "sip-core/engine/action.hpp"
#include "sip-core/engine/event.hpp"

namespace ringfence::sip_core {

std::optional<Event> event_of(const proto::FromMediaWorker& message, WorkerIndex worker);

proto::ToMediaWorker message_of(const RequestLeases& action);
proto::ToMediaWorker message_of(const ReturnLeases& action);
proto::ToMediaWorker message_of(const SetMediaSession& action);
proto::ToMediaWorker message_of(const EndMediaSession& action);
proto::ToMediaWorker message_of(const SendTelephoneEvent& action);

}  // namespace ringfence::sip_core
