// PeerAbilities: what the peer of a dialog has said that it can do, from Allow and Supported of its
// messages; the last word counts (RFC 3261 §20.5: without an Allow nothing is known). A value.
#pragma once

#include "sip-core/message/message.hpp"

namespace ringfence::sip_core {

struct PeerAbilities {
  bool update = false;                 // RFC 3311
  bool reliable_provisionals = false;  // RFC 3262
  bool wants_all_reliable = false;     // its INVITE requires 100rel
  bool refuses_info = false;           // its Allow leaves INFO out (RFC 6086)

  void note(const sip::Message& message);
};

}  // namespace ringfence::sip_core
