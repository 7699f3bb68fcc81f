// The new call of a transfer before anybody has answered: on the caller's side it has the party
// that remains, by a leg that is lent; on the other whoever the dial plan finds, or who rang
// already at the transferor's own call.
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
  if (near_record_id_ != RecordId()) {
    std::vector<Record> records;
    records.emplace_back(PendingInviteRemoved{std::exchange(near_record_id_, {})});
    scope.context.persist(std::move(records));
  }
  for (const CallerDialog& dialog : caller_dialogs_) {
    scope.shared.dialogs.erase(a_.dialog.call_id(), dialog.tag);
  }
  caller_dialogs_.clear();
  stop_timer(scope, CallTimer::prack);
  end_session(scope);
  release_lease(scope, a_);
  release_slot_of(scope, a_.party);
  early_branch_.reset();
  caller_offer_.reset();
  a_ = Leg{};
  release_idle_extensions(scope);
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

}  // namespace ringfence::sip_core
