// Exchange: an offer within the call on its way from one leg to the other, and its answer on the
// way back: by re-INVITE (RFC 3261 §14), UPDATE (RFC 3311) or PRACK (RFC 3262 §5); or a re-INVITE
// without an offer, whose answer comes in the ACK. One at a time; owned by its call.
#pragma once

#include <cstdint>
#include <optional>

#include "sip-core/b2bua/leg.hpp"

namespace ringfence::sip_core {

struct Exchange {
  CallSide from = CallSide::a;
  RequestReceived request;
  bool late_offer = false;
  bool answered = false;  // our 2xx was sent
  std::optional<PeerDescription> from_peer;
  std::optional<OwnDescription> from_own;
  std::optional<PeerDescription> to_peer;
  std::optional<OwnDescription> to_own;
  ClientTransactionId transaction;
  std::uint32_t to_cseq = 0;
};

}  // namespace ringfence::sip_core
