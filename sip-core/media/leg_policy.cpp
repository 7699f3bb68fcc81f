#include "sip-core/media/leg_policy.hpp"

#include <utility>

namespace ringfence::sip_core {

LegPolicy policy_of(const Extension& extension, TransportKind transport) {
  switch (extension.srtp) {
    case SrtpPolicy::required:
      return {SrtpDemand::required, SrtpDemand::required, OfferForm::savp, extension.media_terms};
    case SrtpPolicy::preferred:
      // R123: keys go over plain transports only when asked for.
      if (transport == TransportKind::tls) {
        return {SrtpDemand::optional, SrtpDemand::optional, OfferForm::avp_with_crypto,
                extension.media_terms};
      }
      return {SrtpDemand::optional, SrtpDemand::off, OfferForm::plain, extension.media_terms};
    case SrtpPolicy::off:
      break;
  }
  return {SrtpDemand::off, SrtpDemand::off, OfferForm::plain};
}

LegPolicy policy_of(const Trunk& trunk) {
  if (!trunk.srtp) {
    return {SrtpDemand::optional, SrtpDemand::off, OfferForm::plain, trunk.media_terms};
  }
  const auto inbound = trunk.srtp_inbound_required ? SrtpDemand::required : SrtpDemand::optional;
  return {inbound, SrtpDemand::required, OfferForm::savp, trunk.media_terms};
}

LegPolicy policy_of_secured_leg(OfferForm agreed, std::shared_ptr<const MediaTerms> terms) {
  return {SrtpDemand::required, SrtpDemand::required, agreed, std::move(terms)};
}

}  // namespace ringfence::sip_core
