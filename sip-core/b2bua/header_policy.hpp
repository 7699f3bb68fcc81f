// Which header fields leave the box (R056, R159, R168). Every message to the other leg is made
// anew; of what came in, only the fields named in this table go along, and only in the direction
// it says. Fields that are not named, unknown ones included, never pass. Who calls and
// by which numbers is not here: see identity.hpp and diversion.hpp.
#pragma once

#include <string>

#include "sip-core/engine/capabilities.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"

namespace ringfence::sip_core {

enum class Crossing : std::uint8_t {
  invite_to_extension,
  invite_to_trunk,
  provisional,  // a 1xx of the called party, towards the caller
  final_response,
  info,
  ending,  // BYE and CANCEL
};

void pass_headers(const sip::Message& from, Crossing crossing, sip::OutgoingMessage& to);

// R046: the options of its Require that we do not know, for Unsupported; empty: none. The registrar
// knows of Path and outbound, calls of what their Supported says.
std::string unsupported_options(const sip::Message& request);

}  // namespace ringfence::sip_core
