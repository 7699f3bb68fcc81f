// Requests of our own within the call that may change its media: see renegotiation.hpp. They give
// way to an exchange of the peers and are tried again after glare (RFC 3261 §14.1).
#include <algorithm>
#include <utility>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"
#include "sip-core/dialog/glare.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::string_view kSdp = "application/sdp";
constexpr std::chrono::seconds kTurn{1};
constexpr std::chrono::seconds kLongestRetry{60};

// Whoever was put on hold for the transfer is not any more.
PeerDescription resumed(const PeerDescription& peer) {
  PeerDescription copy = peer.copy();
  copy.direction = sdp::Direction::sendrecv;
  return copy;
}

}  // namespace

void Call::offer_anew(CallScope& scope, CallSide side, std::optional<CallSide> then) {
  renegotiation_ = Renegotiation{side, Renegotiation::Purpose::offer, then};
  send_renegotiation(scope);
}

// R120 (RFC 4568 §7.3): every callee that a carrier forked our INVITE to has seen the key that we
// send with. Once one has won, and the caller has its answer, it alone is offered another key; a
// callee that refuses goes on under the one that it has. The caller's leg needs none: each fork had
// an early dialog there with a key of its own, and the losers' contexts went with their dialogs.
void Call::offer_new_key(CallScope& scope) {
  const bool wanted = std::exchange(rekey_, false) && phase_ == CallPhase::answered;
  if (!wanted || renegotiation_ || !b_->own->crypto || a_.codecs() == nullptr) return;
  renegotiation_ = Renegotiation{CallSide::b, Renegotiation::Purpose::rekey};
  send_renegotiation(scope);
}

OwnDescription Call::own_offer(CallScope& scope, const Renegotiation& ours) {
  const Leg& to = leg(ours.side);
  if (ours.purpose == Renegotiation::Purpose::refresh) return to.own->copy();
  const PeerDescription& source = *leg(other(ours.side)).codecs();
  const OfferForm form = to.policy_in_force().offer;
  if (ours.purpose == Renegotiation::Purpose::offer) {
    return write_offer(resumed(source), form, to.port, to.previous(), scope.context.random,
                       to.policy.terms.get());
  }
  OwnDescription keyless = to.own->copy();
  keyless.crypto.reset();
  return write_offer(source, form, to.port, &keyless, scope.context.random, to.policy.terms.get());
}

void Call::send_renegotiation(CallScope& scope) {
  if (!renegotiation_ || phase_ == CallPhase::ended) return;
  if (exchange_ || unacknowledged_) return start_timer(scope, CallTimer::renegotiate, kTurn);
  Renegotiation& ours = *renegotiation_;
  Leg& to = leg(ours.side);
  const bool refresh = ours.purpose == Renegotiation::Purpose::refresh;
  ours.method = refresh && to.abilities.update ? sip::Method::update : sip::Method::invite;
  follow_registration(to, scope.context);
  Use use;
  use.kind = UseKind::renegotiation;
  use.side = ours.side;
  use.sent = to.dialog.make_request(ours.method);
  add_capabilities(use.sent);
  to.session.add_to_request(use.sent, session_intervals(scope.context.config, to));
  if (ours.method == sip::Method::invite) {
    ours.own = own_offer(scope, ours);
    use.sent.body(kSdp, ours.own->body);
  }
  const ClientTransactionId transaction = send(scope, std::move(use), to.target());
  renegotiation_->transaction = transaction;
}

void Call::on_renegotiation_response(CallScope& scope, CallSide side,
                                     const ResponseReceived& response) {
  const int status = response.message->status_code();
  const bool current = renegotiation_ && renegotiation_->transaction == response.transaction;
  if (!current || phase_ == CallPhase::ended) {
    if (status < 300 && has_leg(side)) acknowledge(scope, side, response);
    return;
  }
  if (status >= 300) return on_renegotiation_failed(scope, status, response.message.get());
  Renegotiation done = std::move(*renegotiation_);
  renegotiation_.reset();
  Leg& to = leg(side);
  to.abilities.note(*response.message);
  to.dialog.refresh_target(*response.message);
  to.session.on_success(*response.message, scope.context.now);
  arm_session(scope, side);
  acknowledge(scope, side, response);
  if (done.method == sip::Method::invite && !take_renegotiated(scope, done, response)) return;
  if (invite_) return answer_replacing(scope, *response.message);
  persist(scope);
  if (done.then) offer_anew(scope, *done.then, std::nullopt);
}

// False: the answer may not be, and the call has ended.
bool Call::take_renegotiated(CallScope& scope, Renegotiation& done,
                             const ResponseReceived& response) {
  Leg& to = leg(done.side);
  Leg& far = leg(other(done.side));
  auto peer = gate_answer(scope, to, response.message->body(), *done.own, response.source);
  if (!peer) {
    if (peer.error().concerns_srtp()) log_srtp_reject(scope, to, peer.error().reason);
    end(scope, {"not_acceptable", 488});
    return false;
  }
  const SrtpDemand demand = to.policy_in_force().answer;
  to.own = std::move(done.own);
  to.peer = std::move(*peer);
  // Of a restored call or of one that is not answered yet, the other side's half is not known.
  if (invite_ || !far.own || !far.peer) return true;
  const SrtpDemand far_demand = far.policy_in_force().inbound_offer;
  const bool to_is_a = done.side == CallSide::a;
  if (!apply_media(scope, *b_, to_is_a ? demand : far_demand, to_is_a ? far_demand : demand)) {
    end(scope, {"not_acceptable", 488});
    return false;
  }
  settle_legs();
  return true;
}

// `response`: absent when none came.
void Call::on_renegotiation_failed(CallScope& scope, int status, const sip::Message* response) {
  Renegotiation failed = std::move(*renegotiation_);
  renegotiation_.reset();
  if (status == 408 || status == 481) return end(scope, {"dialog_gone", 500});  // R154
  Leg& to = leg(failed.side);
  if (status == 491) {
    const CallIdOwner owner = to.dialog.owns_call_id() ? CallIdOwner::us : CallIdOwner::peer;
    failed.transaction.reset();
    renegotiation_ = std::move(failed);
    return start_timer(scope, CallTimer::renegotiate, glare_delay(owner, scope.context.random));
  }
  if (failed.purpose == Renegotiation::Purpose::refresh) {
    const std::uint32_t wanted =
        response == nullptr ? 0 : response->number(HeaderName::retry_after).value_or(0);
    const auto wait = std::clamp(std::chrono::seconds(wanted), kSessionRetry, kLongestRetry);
    to.session.try_again(scope.context.now + wait);
    return arm_session(scope, failed.side);
  }
  if (invite_) return reject(scope, 488);
  if (!to.peer) return end(scope, {"not_acceptable", 488});  // restored: nothing to go on with
  // Media goes on as it was agreed before.
  scope.context.counters.get("renegotiations_refused_total").add();
  if (failed.then) offer_anew(scope, *failed.then, std::nullopt);
}

}  // namespace ringfence::sip_core
