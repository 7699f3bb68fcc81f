// common_codecs: two peers that have each made an offer and heard no answer, as where a ringing
// call is picked up (RFC 3891 §3): what one of them could have answered to the other. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "sip-core/media/peer_description.hpp"

namespace ringfence::sip_core {

// `of` with those codecs only that `with` knows too, under `of`'s own payload types. nullopt:
// nothing to talk with, events and comfort noise aside.
std::optional<PeerDescription> common_codecs(const PeerDescription& of,
                                             const PeerDescription& with);

// `of` with the codecs of these names (any case) only, in their order. nullopt: it has none of
// them.
std::optional<PeerDescription> in_order_of(const PeerDescription& of,
                                           std::span<const std::string> names);

}  // namespace ringfence::sip_core
