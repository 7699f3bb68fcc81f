// Renegotiation: a re-INVITE or UPDATE of our own on one leg: the refresh of its session (RFC 4028
// §10); an offer made from what the other leg's peer has said, after legs were joined (RFC 3725);
// or a new key for a peer whose offer others have seen. One at a time; owned by its call.
#pragma once

#include <cstdint>
#include <optional>

#include "sip-core/b2bua/leg.hpp"
#include "sip-core/message/method.hpp"

namespace ringfence::sip_core {

struct Renegotiation {
  enum class Purpose : std::uint8_t { refresh, offer, rekey };

  CallSide side = CallSide::a;
  Purpose purpose = Purpose::refresh;
  std::optional<CallSide> then{};                    // who is offered the answer next
  std::optional<ClientTransactionId> transaction{};  // absent: waits for its turn
  sip::Method method = sip::Method::invite;
  std::optional<OwnDescription> own{};  // what it offers
};

}  // namespace ringfence::sip_core
