// The new call of a transfer: on the caller's side it has the party that remains, by a leg that is
// lent until somebody answers; on the other whoever the dial plan finds. And calls made of two
// parties that were talking to somebody else before.
#include <utility>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"
#include "sip-core/message/parser.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::chrono::seconds kRing{180};

// Nobody sent it: it stands for the INVITE that the remaining party would have sent.
MessagePtr imagined_invite(const Leg& remaining, const sip::Uri& target, Random& random) {
  const std::string uri = target.to_string();
  auto invite = sip::OutgoingMessage::request(sip::Method::invite, uri);
  invite.add(HeaderName::via, "SIP/2.0/TLS transfer.invalid;branch=z9hG4bK" + random.token(8));
  invite.add(HeaderName::max_forwards, "70");
  invite.add(HeaderName::from, remaining.dialog.remote_uri() + ";tag=" + random.token(8));
  invite.add(HeaderName::to, "<" + uri + ">");
  invite.add(HeaderName::call_id, random.token(16));
  invite.add(HeaderName::cseq, "1 INVITE");
  invite.add(HeaderName::contact, "<sip:transfer.invalid>");
  auto parsed = sip::parse(invite.serialize());
  return parsed ? std::make_shared<const sip::Message>(std::move(*parsed)) : nullptr;
}

}  // namespace

void Call::begin_transfer(CallScope& scope, const Call& from, const TransferWanted& wanted) {
  begun_at_ = scope.context.wall;
  if (!stand_in(scope, from, wanted.by, wanted.target)) return;
  note_referrer(scope, wanted.by == CallSide::a ? from.a_.party : from.b_->party, *wanted.refer);
  dialled_scheme_ =
      wanted.target.scheme == sip::Scheme::sips ? sip::Scheme::sips : sip::Scheme::sip;
  destinations_ = wanted.destinations;
  start_timer(scope, CallTimer::ring, kRing);
  try_next(scope);
}

// The party across from `by` comes into the caller's place, by a leg that is lent. False: it
// cannot, and the call has ended.
bool Call::stand_in(CallScope& scope, const Call& from, CallSide by, const sip::Uri& target) {
  const CallSide side = other(by);
  const Leg& remaining = side == CallSide::a ? from.a_ : *from.b_;
  predecessor_ = from.number_;
  invite_.emplace();
  invite_->message = imagined_invite(remaining, target, scope.context.random);
  invite_->source = MessageSource{remaining.flow, remaining.transport, remaining.listener,
                                  remaining.remote.value_or(SocketAddress{}), 0};
  a_.party = remaining.party;
  a_.flow = remaining.flow;
  a_.transport = remaining.transport;
  a_.listener = listener_of(remaining, scope.context);
  a_.remote = remaining.remote;
  a_.policy = remaining.policy;
  a_.port = remaining.port;
  a_.lease = remaining.lease;  // lent: finish() leaves it alone
  a_.peer = remaining.codecs()->copy();
  a_.peer->direction = sdp::Direction::sendrecv;
  worker_ = from.worker_;
  if (!invite_->message) {
    invite_.reset();
    reject(scope, 500);
    return false;
  }
  const sip::Message& message = *invite_->message;
  a_.dialog = Dialog::as_uas(message, scope.context.random.token(8), {});
  add_caller_dialog(scope, a_.dialog.local_tag());
  // Whoever withheld its identity from one withholds it from the other.
  const bool known = side == CallSide::a && !from.identity_.user.empty();
  identity_ = known ? from.identity_ : identify_caller(scope.context.config, a_.party, message);
  return true;
}

// RFC 5589 §7.3, semi-attended: the transferor refers to a call of its own that still rings. Its
// INVITE ends here; who rings goes on ringing, and talks to the party that remains.
void Call::continue_transfer(CallScope& scope, const Call& from, const JoinWanted& wanted) {
  const auto uri = invite_->message->request_uri();
  const sip::Uri target = uri ? sip::Uri(*uri) : sip::Uri();
  release_transferor(scope);
  offered_for_another_ = true;
  if (!stand_in(scope, from, wanted.by, target)) return;
  note_referrer(scope, wanted.by == CallSide::a ? from.a_.party : from.b_->party,
                *wanted.refer.message);
}

void Call::release_transferor(CallScope& scope) {
  auto over = answer(*invite_, 487, {}, a_.dialog.local_tag());
  over.add(HeaderName::reason, "SIP;cause=200;text=\"Transferred\"");
  scope.context.transactions.respond(invite_->transaction, over);
  if (!near_record_id_.empty()) {
    std::vector<Record> records;
    records.emplace_back(PendingInviteRemoved{std::exchange(near_record_id_, {})});
    scope.context.persist(std::move(records));
  }
  for (const CallerDialog& dialog : caller_dialogs_) {
    scope.shared.dialogs.erase(dialog_key(a_.dialog.call_id(), dialog.tag));
  }
  caller_dialogs_.clear();
  stop_timer(scope, CallTimer::prack);
  end_session(scope);
  release_lease(scope, a_);
  release_slot_of(scope, a_.party);
  early_branch_.reset();
  caller_offer_.reset();
  a_ = Leg{};
}

// RFC 3892: as the transferor says, else as it is known here.
void Call::note_referrer(CallScope& scope, const Party& by, const sip::Message& refer) {
  auto named = referrer(scope.context.config, by, refer);
  if (!named && !by.trunk) named = Referrer{by, by.extension};
  if (named) referred_by_ = std::move(*named);
}

// Of a transfer that we carry out, or one that brought about the caller's INVITE elsewhere.
void Call::add_referred_by(CallScope& scope, const Party& towards,
                           sip::OutgoingMessage& invite) const {
  const Config& config = scope.context.config;
  if (referred_by_) return pass_referred_by(config, *referred_by_, towards, invite);
  const auto by = referrer(config, a_.party, *invite_->message);
  if (by) pass_referred_by(config, *by, towards, invite);
}

// Whoever was asked has answered; b_ is its leg.
void Call::on_successor_answered(CallScope& scope, const ResponseReceived& response) {
  if (!take_final_answer(scope, response)) return;
  invite_.reset();
  phase_ = CallPhase::answered;
  answered_at_ = scope.context.wall;
  scope.shared.transfers.push_back(TransferAnswered{*predecessor_, number_});
}

void Call::take_leg(CallScope& scope, CallSide side, HandedOver from) {
  if (side == CallSide::a) {
    a_ = std::move(from.leg);
  } else {
    b_ = std::move(from.leg);
  }
  if (from.slot) trunk_slots_.push_back(*from.slot);
  if (from.session) {
    session_ = from.session;
    worker_ = from.worker;
    scope.shared.sessions[*session_] = number_;
  }
  index_dialog(scope, side);
  arm_session(scope, side);
}

// The remaining party joins who has answered, and is offered what that one can do.
void Call::take_caller(CallScope& scope, HandedOver remaining) {
  for (const CallerDialog& dialog : caller_dialogs_) {
    scope.shared.dialogs.erase(dialog_key(a_.dialog.call_id(), dialog.tag));
  }
  caller_dialogs_.clear();
  predecessor_.reset();
  take_leg(scope, CallSide::a, std::move(remaining));
  if (offered_for_another_) {
    settle(*b_->own, *b_->peer);
    b_->agreed = true;
    if (!follow_worker(scope)) return end(scope, {"media_worker", 503});
    persist(scope);
    return offer_anew(scope, CallSide::b, CallSide::a);
  }
  if (a_.peer) {  // else it is restored, and its media known only once it answers
    if (!apply_media(scope, *b_, a_.policy_in_force().inbound_offer,
                     b_->policy_in_force().answer)) {
      return end(scope, {"not_acceptable", 488});
    }
    settle_legs();
  }
  persist(scope);
  offer_anew(scope, CallSide::a, std::nullopt);
}

// Two parties that were in other calls until now.
void Call::join(CallScope& scope, HandedOver first, HandedOver second) {
  phase_ = CallPhase::answered;
  begun_at_ = first.answered;
  answered_at_ = first.answered;
  take_leg(scope, CallSide::a, std::move(first));
  take_leg(scope, CallSide::b, std::move(second));
  if (!follow_worker(scope)) return end(scope, {"media_worker", 503});
  persist(scope);
  offer_anew(scope, CallSide::b, CallSide::a);
}

// Media of one call is one worker's: leg b may need another port there, and so another key (R118).
bool Call::follow_worker(CallScope& scope) {
  if (!b_->lease || !worker_) return false;
  if (b_->lease->worker == *worker_) return true;
  const Listener* listener = scope.context.config.listener(listener_of(*b_, scope.context));
  if (listener == nullptr) return false;
  release_lease(scope, *b_);
  b_->lease = scope.shared.leases.take(*worker_, listener->media_address, scope.context.actions);
  if (!b_->lease) return false;
  b_->port.rtp_port = b_->lease->lease.rtp_port;
  if (b_->own) b_->own->crypto.reset();
  return true;
}

bool Call::begin_replacing(CallScope& scope, const RequestReceived& invite, const Caller& caller) {
  begun_at_ = scope.context.wall;
  invite_ = invite;
  watch_server(scope, invite.transaction);
  if (!found_caller_leg(scope, caller) || !accept_invite(scope)) return false;
  if (!a_.peer) {  // who replaces must say what it can do
    reject(scope, 488);
    return false;
  }
  identity_ = identify_caller(scope.context.config, a_.party, *invite.message);
  scope.context.transactions.respond(invite.transaction, answer(invite, 100));
  a_.abilities.note(*invite.message);
  add_caller_dialog(scope, a_.dialog.local_tag());
  return true;
}

// The party that was replaced is out; the one that it talked to is offered the new one's media.
void Call::continue_replacing(CallScope& scope, HandedOver remaining) {
  const Listener* near = scope.context.config.listener(a_.listener);
  worker_ = remaining.worker;
  take_leg(scope, CallSide::b, std::move(remaining));
  if (near != nullptr && worker_) {
    a_.lease = scope.shared.leases.take(*worker_, near->media_address, scope.context.actions);
  }
  if (!a_.lease) return end(scope, {"media_worker", 503});
  a_.port.rtp_port = a_.lease->lease.rtp_port;
  offer_anew(scope, CallSide::b, std::nullopt);
}

void Call::answer_replacing(CallScope& scope, const sip::Message& from_b) {
  a_.own = write_answer(*b_->peer, *a_.peer, a_.port, nullptr, scope.context.random);
  if (!apply_media(scope, *b_, a_.policy_in_force().inbound_offer, b_->policy_in_force().answer)) {
    return end(scope, {"not_acceptable", 488});
  }
  settle_legs();
  send_answer(scope, &from_b, a_.own->body);
  persist(scope);
}

// The call that this one was to continue is over.
void Call::give_up_transfer(CallScope& scope) {
  if (phase_ == CallPhase::ended) return;
  predecessor_.reset();
  a_.lease.reset();
  withdraw(scope, {});
  reject(scope, 487);
}

}  // namespace ringfence::sip_core
