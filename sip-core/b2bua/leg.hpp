// Leg: one side of a call: who the peer is, how it is reached, its dialog and its half of the
// media. A value owned by its Call; it sends nothing itself.
#pragma once

#include <optional>
#include <string>

#include "runtime/boxed.hpp"
#include "sip-core/dialog/dialog.hpp"
#include "sip-core/dialog/peer_abilities.hpp"
#include "sip-core/dialog/session_timer.hpp"
#include "sip-core/engine/call_number.hpp"
#include "sip-core/engine/context.hpp"
#include "sip-core/media/lease_pool.hpp"
#include "sip-core/media/sdp_gate.hpp"

namespace ringfence::sip_core {

struct Party {
  TenantId tenant;
  std::optional<TrunkId> trunk;  // absent: an extension
  std::string extension;         // its username
};

struct Leg {
  Party party;
  Flow flow;
  TransportKind transport = TransportKind::udp;
  ListenerId listener;
  std::optional<SocketAddress> remote;  // of the last message; absent after a restart, on streams
  std::optional<OutboundProxy> via;     // of a trunk's leg: where its first request goes instead
  Dialog dialog;
  PeerAbilities abilities;
  SessionTimer session;

  LegPolicy policy;  // as configured when the call began (F121)
  std::optional<TakenLease> lease;
  LegPort port;
  std::optional<OwnDescription> own;
  std::optional<PeerDescription> peer;  // absent too after a restart, until the next offer
  Boxed<PeerDescription> recalled;      // then: its codecs and nothing else
  bool agreed = false;                  // an offer was answered: what was agreed binds

  // What holds for offers and answers from now on: agreed media goes on as it was agreed.
  LegPolicy policy_in_force() const;
  // What others may be offered of this peer's media; nullptr: nothing is known.
  const PeerDescription* codecs() const { return peer ? &*peer : recalled ? &*recalled : nullptr; }
  // nullptr before we said anything.
  const OwnDescription* previous() const { return own ? &*own : nullptr; }
  Target target() const { return target_of(dialog); }
  Target target_of(const Dialog& dialog) const;
  // The initial INVITE: towards a trunk's own host.
  Target first_target() const;
  std::string transport_name() const { return std::string(leg_token(transport)); }
};

// How the worker must carry this leg; nullopt where SRTP is demanded and not agreed.
std::optional<MediaLeg> media_leg(const Leg& leg, SrtpDemand demand);

// What telephone-event counts by, where it is also what the codec beside it does: events share its
// timestamps (RFC 4733 §2.1). 0: none can be told.
std::uint32_t telephone_event_hertz(const PeerDescription& peer);
// Of the codecs; events are at no time of their own (RFC 4733 §2.1).
std::vector<ClockRate> clock_rates(const sdp::MediaDescription& audio);

void store(const Leg& leg, const Context& context, DialogRecord& record);
// Of a call that was answered then.
Leg restore_leg(const DialogRecord& record, WallTime answered, WorkerIndex worker,
                const Context& context);

// Of a restored call: what `told`'s peer heard of this peer's codecs.
void recall_codecs(Leg& leg, const Leg& told);
// After a restart the leg's own is known only once its connection is adopted.
ListenerId listener_of(const Leg& leg, const Context& context);

// The connection or path that still reaches an extension, if its last one is closed.
void follow_registration(Leg& leg, const Context& context);

}  // namespace ringfence::sip_core
