// Orphaned INVITEs: what a process before us had sent and not yet written down when it died (F001):
// it is written with its first provisional response. The response that comes to us tells enough of
// it to end it: CANCEL, or ACK and BYE. Pure.
#pragma once

#include <optional>

#include "sip-core/engine/context.hpp"
#include "sip-core/store/records.hpp"
#include "sip-core/transaction/transaction_layer.hpp"

namespace ringfence::sip_core {

// The INVITE that `response`, which answers none of ours, belongs to. nullopt: it answers no INVITE
// from one of our listeners, or comes from nobody whom we would have sent one to.
std::optional<PendingInviteRecord> orphaned_invite(const Context& context,
                                                   const sip::Message& response,
                                                   const MessageSource& source);

}  // namespace ringfence::sip_core
