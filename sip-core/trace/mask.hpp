// mask_secrets: overwrites with '*' what nobody may read in a trace: SDES keys (R124) and other
// keys in SDP, digest nonces and responses, credentials of other schemes, PASSporTs, passwords in
// URIs. Pure; lengths stay the same, so that Content-Length and framing stay true. It works on any
// octets, line by line, and trusts no parser: what breaks the grammar is masked all the same.
#pragma once

#include <span>

namespace ringfence::sip_core::trace {

void mask_secrets(std::span<char> message);
// Of these only what would let somebody listen to a past call or pose as somebody: keys and
// credentials, in lines that end as RFC 3261 says. Cheap enough for every message.
void mask_keys(std::span<char> message);

}  // namespace ringfence::sip_core::trace
