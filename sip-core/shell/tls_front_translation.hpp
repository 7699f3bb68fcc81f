// Translation between the link to tls-front and the engine's values. Pure. An inbound message that
// cannot be true (an address that is none, no kind) is nullopt, and the link is closed.
#pragma once

#include <optional>

#include "proto/tls_front_sip_core.pb.h"
#include "sip-core/engine/action.hpp"
#include "sip-core/engine/event.hpp"

namespace ringfence::sip_core {

// `message` may be emptied: octets are moved, not copied.
std::optional<Event> event_of(proto::FromTlsFront& message);

proto::FromSipCore message_of(SendStream& action);
proto::FromSipCore message_of(const MessageDone& action);
proto::FromSipCore message_of(const CloseConnection& action);
proto::FromSipCore message_of(const SetConnectionClass& action);
proto::FromSipCore message_of(const PenaliseSource& action);
proto::FromSipCore message_of(const TellTrunkSources& action);
proto::FromSipCore message_of(const DialConnection& action);

}  // namespace ringfence::sip_core
