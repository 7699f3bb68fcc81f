// Diversion and History-Info (RFC 5806, RFC 7044): by which numbers a call came. Carried from one
// leg to the other where both trunks allow it, with the numbers kept and every host replaced, so
// that neither side learns the other's addresses. Pure.
#pragma once

#include "sip-core/b2bua/leg.hpp"
#include "sip-core/config/config.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"

namespace ringfence::sip_core {

// Adds to `to` what `invite`, which came from `caller`, may tell `called`. An extension may name
// numbers of its own tenant only. Malformed fields are left out.
void pass_diversion(const Config& config, const Party& caller, const sip::Message& invite,
                    const Party& called, sip::OutgoingMessage& to);

}  // namespace ringfence::sip_core
