#include "sip-core/b2bua/early_dialog.hpp"

#include <utility>

namespace ringfence::sip_core {

EarlyDialog lay_aside(Leg& leg) {
  EarlyDialog early{leg.dialog, std::move(leg.own), std::move(leg.peer), leg.agreed};
  leg.own.reset();
  leg.peer.reset();
  leg.agreed = false;
  return early;
}

void take_up(Leg& leg, EarlyDialog early) {
  leg.dialog = std::move(early.dialog);
  leg.own = std::move(early.own);
  leg.peer = std::move(early.peer);
  leg.agreed = early.agreed;
}

}  // namespace ringfence::sip_core
