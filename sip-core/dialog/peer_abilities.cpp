#include "sip-core/dialog/peer_abilities.hpp"

namespace ringfence::sip_core {

using sip::HeaderName;

void PeerAbilities::note(const sip::Message& message) {
  if (message.has(HeaderName::allow)) {
    update = message.lists(HeaderName::allow, "UPDATE");
    refuses_info = !message.lists(HeaderName::allow, "INFO");
  }
  if (!message.is_request() || message.method() != sip::Method::invite) return;
  wants_all_reliable = message.lists(HeaderName::require, "100rel");
  reliable_provisionals = wants_all_reliable || message.lists(HeaderName::supported, "100rel");
}

}  // namespace ringfence::sip_core
