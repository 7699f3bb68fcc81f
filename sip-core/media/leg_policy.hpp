// LegPolicy: what SRTP demands of one leg, derived from the extension or the trunk
// and, once media is agreed, from what is agreed: a leg on SRTP stays on SRTP. Pure.
#pragma once

#include <cstdint>
#include <memory>

#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {

// Of what the peer sends. `optional`: SRTP where it is offered, plain where it is not.
enum class SrtpDemand : std::uint8_t { required, optional, off };
// Of what we offer. avp_with_crypto: RFC 8643.
enum class OfferForm : std::uint8_t { plain, savp, avp_with_crypto };

struct LegPolicy {
  SrtpDemand inbound_offer = SrtpDemand::optional;
  SrtpDemand answer = SrtpDemand::off;  // to an offer of ours
  OfferForm offer = OfferForm::plain;
  // Of a trunk or an extension that has any; shared with its row, which the call may outlive
  // (F121).
  std::shared_ptr<const MediaTerms> terms = nullptr;
};

LegPolicy policy_of(const Extension& extension, TransportKind transport);
LegPolicy policy_of(const Trunk& trunk);
// For offers and answers in a call whose leg is on SRTP, in the profile that was agreed.
LegPolicy policy_of_secured_leg(OfferForm agreed,
                                std::shared_ptr<const MediaTerms> terms = nullptr);

}  // namespace ringfence::sip_core
