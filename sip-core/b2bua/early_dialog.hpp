// Early dialogs (RFC 3261 §12.1, §13.2.2): a branch has one for each To tag that its callee answers
// with, a Fork; the caller has one for each To tag that we give it, a CallerDialog. A leg holds the
// dialog in hand, with its offer and answer; the others are laid aside here. Values owned by the
// call; nothing is sent here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/boxed.hpp"
#include "sip-core/b2bua/leg.hpp"
#include "sip-core/dialog/reliable_provisional.hpp"

namespace ringfence::sip_core {

// What a leg has of its own in each dialog.
struct EarlyDialog {
  Dialog dialog;
  std::optional<OwnDescription> own;
  std::optional<PeerDescription> peer;
  bool agreed = false;
};
EarlyDialog lay_aside(Leg& leg);  // its dialog stays behind as a copy
void take_up(Leg& leg, EarlyDialog early);

// One To tag of a branch.
struct Fork {
  std::string tag;
  Boxed<EarlyDialog> aside;  // absent: in the hand of its branch
  PeerAbilities abilities;
  ReliableReception reception;
  std::string caller_tag;  // of the dialog with the caller that carries its media; empty: none
  // A reliable provisional response with an offer: its PRACK waits for the caller's answer.
  std::optional<RAck> unanswered;
};

// One To tag of ours towards the caller.
struct CallerDialog {
  struct Provisional {
    sip::OutgoingMessage response;
    Carries carries = Carries::nothing;
  };

  std::string tag;
  ReliableProvisional reliable;
  Boxed<EarlyDialog> aside{};          // absent: in the caller's leg
  Boxed<sip::OutgoingMessage> out{};   // sent reliably, repeated until its PRACK
  std::vector<Provisional> waiting{};  // one at a time (RFC 3262 §3)
  // An answer, or our offer, was acknowledged: the 2xx carries no description (RFC 6337 §2.2).
  bool settled = false;
};

}  // namespace ringfence::sip_core
