// TransferEvents: what one call has to say to another while a transfer runs. Calls never touch each
// other: they leave these in CallShared, and Calls hands them on when the step's own work is done.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sip-core/b2bua/leg.hpp"
#include "sip-core/b2bua/transfer.hpp"
#include "sip-core/engine/call_number.hpp"
#include "sip-core/routing/dial_plan.hpp"

namespace ringfence::sip_core {

// The party across from `by` is to reach the target in a new call.
struct TransferWanted {
  CallNumber call;
  CallSide by = CallSide::a;
  sip::Uri target;
  std::vector<Destination> destinations;
  MessagePtr refer;
};
// The parties across from `by` and from the dialog named are to be joined. Not answered yet.
struct JoinWanted {
  CallNumber call;
  CallSide by = CallSide::a;
  RequestReceived refer;
  Replaces replaces;
};
// How the new call fares; a status of 300 and above is its end.
struct TransferProgress {
  CallNumber predecessor;
  int status = 100;
};
struct TransferAnswered {
  CallNumber predecessor;
  CallNumber successor;
};
// The call that a new one was to continue has ended first.
struct TransferAbandoned {
  CallNumber successor;
};
using TransferEvent =
    std::variant<TransferWanted, JoinWanted, TransferProgress, TransferAnswered, TransferAbandoned>;

// A REFER that this call has accepted and that has no outcome yet.
struct TransferInHand {
  CallSide by = CallSide::a;
  ReferSubscription subscription = ReferSubscription::wanted;
  std::string event_id;
  int told = 0;          // the last status that the transferor heard
  bool by_gone = false;  // it has hung up
  std::optional<CallNumber> successor;
};

// A party on its way from one call to another.
struct HandedOver {
  Leg leg;
  std::optional<WorkerIndex> worker;
  std::optional<SessionId> session;  // absent: it stays behind
  std::optional<TrunkId> slot;       // what the party counts against max_calls
  WallTime answered;
};
// Who takes the place of a party that rings, by an INVITE that is not answered yet (RFC 3891).
struct PickingUp {
  HandedOver party;
  RequestReceived invite;
};
enum class MediaSessionGoes : std::uint8_t { along, nowhere };

}  // namespace ringfence::sip_core
