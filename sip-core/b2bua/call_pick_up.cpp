// A ringing call is picked up (RFC 3891 §3): an INVITE takes the place of the party that rings,
// which is told to stop. Both sides have made an offer and are answered with what they have in
// common.
#include <utility>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"
#include "sip-core/media/common_codecs.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::string_view kSdp = "application/sdp";
constexpr std::string_view kAnsweredElsewhere = "SIP;cause=200;text=\"Call completed elsewhere\"";

}  // namespace

PickingUp Call::give_up_caller(CallScope& scope) {
  PickingUp out;
  out.invite = std::move(*invite_);
  out.party = hand_over(scope, CallSide::a, MediaSessionGoes::nowhere);
  invite_.reset();
  servers_.clear();
  begun_at_ = {};  // there was no call, and nothing is written of one
  finish(scope);
  return out;
}

// Not one that is being answered or transferred, and not one whose caller waits for our offer.
bool Call::may_be_picked_up() const {
  return phase_ == CallPhase::setting_up && invite_ && a_.peer && !b_ && !predecessor_ &&
         !exchange_;
}

void Call::pick_up(CallScope& scope, PickingUp other) {
  Leg& theirs = other.party.leg;
  auto caller_hears = common_codecs(*theirs.peer, *a_.peer);
  auto they_hear = common_codecs(*a_.peer, *theirs.peer);
  if (!caller_hears || !they_hear) return refuse_picking_up(scope, other, 488);
  const Listener* listener = scope.context.config.listener(theirs.listener);
  if (listener != nullptr && worker_) {
    theirs.lease =
        scope.shared.leases.take(*worker_, listener->media_address, scope.context.actions);
  }
  if (!theirs.lease) return refuse_picking_up(scope, other, 503);
  theirs.port.rtp_port = theirs.lease->lease.rtp_port;
  cancel_branches(scope, kAnsweredElsewhere);
  destinations_.clear();
  stop_timer(scope, CallTimer::ring);
  Fork fork;
  caller_dialog_for(scope, fork);
  keep_only_caller_dialog_in_hand(scope);
  take_leg(scope, CallSide::b, std::move(other.party));
  release_idle_extensions(scope);
  note_leg(scope, CallSide::b, *b_);
  watch_server(scope, other.invite.transaction);
  a_.own = write_answer(*caller_hears, *a_.peer, a_.port, nullptr, scope.context.random,
                        a_.policy.terms.get());
  b_->own = write_answer(*they_hear, *b_->peer, b_->port, nullptr, scope.context.random,
                         b_->policy.terms.get());
  answer_picking_up(scope, other.invite);
}

// Who picked up is answered first: until its ACK it cannot be told if the caller hangs up.
void Call::answer_picking_up(CallScope& scope, const RequestReceived& invite) {
  unacknowledged_ = invite.transaction;
  auto ok = answer(invite, 200, {}, b_->dialog.local_tag());
  ok.add(HeaderName::contact, b_->dialog.contact());
  add_capabilities(ok);
  grant_session(scope, CallSide::b, *invite.message, ok);
  ok.body(kSdp, b_->own->body);
  scope.context.transactions.respond(invite.transaction, ok);
  if (!apply_media(scope, *b_, a_.policy_in_force().inbound_offer,
                   b_->policy_in_force().inbound_offer)) {
    return end(scope, {"not_acceptable", 488});
  }
  settle_legs();
  send_answer(scope, nullptr, a_.own->body);
}

// The call rings on as it did.
void Call::refuse_picking_up(CallScope& scope, const PickingUp& other, int status) {
  scope.context.transactions.respond(
      other.invite.transaction,
      answer(other.invite, status, {}, other.party.leg.dialog.local_tag()));
  if (other.party.slot) release_trunk_slot(scope.shared, *other.party.slot);
}

void Call::on_pick_up_acknowledged(CallScope& scope) {
  if (phase_ != CallPhase::setting_up) return;
  unacknowledged_.reset();
  deliver_held_answer(scope);
}

}  // namespace ringfence::sip_core
