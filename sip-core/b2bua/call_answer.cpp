// The answer: both legs get their media, the caller its 200, the callee its ACK.
#include <utility>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::string_view kSdp = "application/sdp";
constexpr GateRefusal kNoSdp{GateFault::no_audio, "no_sdp"};
constexpr GateRefusal kNotProtected{GateFault::no_crypto, "no_crypto"};

std::uint32_t cseq_of(const sip::Message& message) {
  const auto cseq = message.cseq();
  return cseq ? cseq->number : 0;
}

bool has_sdp(const sip::Message& message) {
  return !message.body().empty() && message.content_type() == kSdp;
}

}  // namespace

// The callee's answer, of this 2xx or of what came before it. False: the call has ended.
bool Call::take_final_answer(CallScope& scope, const ResponseReceived& response) {
  const sip::Message& message = *response.message;
  send_ack(scope, *b_, response.transaction, cseq_of(message), {});
  // What was answered reliably before is answered; what the 2xx repeats is no other answer
  // (RFC 6337 §3.1.1).
  if (!b_->agreed && has_sdp(message)) {
    auto peer = gate_answer(scope, *b_, message.body(), *b_->own, response.source);
    if (peer) {
      b_->peer = std::move(*peer);
      return true;
    }
    fail_answer(scope, peer.error());
    return false;
  }
  if (!b_->peer) fail_answer(scope, kNoSdp);
  return b_->peer.has_value();
}

void Call::answer_early_offer(CallScope& scope, const ResponseReceived& response) {
  if (!take_final_answer(scope, response)) return;
  const SrtpDemand a_demand = a_.policy_in_force().inbound_offer;
  const SrtpDemand b_demand = b_->policy_in_force().answer;
  if (!a_.agreed) {
    a_.own = write_answer(*b_->peer, *a_.peer, a_.port, a_.previous(), scope.context.random,
                          a_.policy.terms.get());
  }
  if (!apply_media(scope, *b_, a_demand, b_demand)) return fail_answer(scope, kNotProtected);
  settle_legs();
  send_answer(scope, response.message.get(),
              caller_dialog().settled ? std::string() : a_.own->body);
}

// The callee's 2xx holds the offer; the caller answers it in its ACK.
void Call::answer_late_offer(CallScope& scope, const ResponseReceived& response) {
  const sip::Message& message = *response.message;
  const auto fail = [&](const GateRefusal& refusal) {
    send_ack(scope, *b_, response.transaction, cseq_of(message), {});
    fail_answer(scope, refusal);
  };
  const auto offer = sdp::SessionDescription::parse(message.body());
  if (!has_sdp(message) || !offer) return fail(kNoSdp);
  auto peer = gate_offer(scope, *b_, *offer, response.source);
  if (!peer) return fail(peer.error());
  Exchange exchange;
  exchange.from = CallSide::a;
  exchange.request = *invite_;
  exchange.late_offer = true;
  exchange.answered = true;
  exchange.transaction = response.transaction;
  exchange.to_cseq = cseq_of(message);
  exchange.from_own = write_offer(*peer, a_.policy.offer, a_.port, nullptr, scope.context.random,
                                  a_.policy.terms.get());
  exchange.to_peer = std::move(*peer);
  exchange_ = std::move(exchange);
  send_answer(scope, &message, exchange_->from_own->body);
}

// RFC 3261 §13.3.1.4 and R059: the answer is in the ACK, and without one that may pass the call
// ends.
void Call::complete_late_offer(CallScope& scope, const AckReceived& ack) {
  Exchange exchange = std::move(*exchange_);
  exchange_.reset();
  Leg& from = leg(exchange.from);
  Leg& to = leg(other(exchange.from));
  auto peer = gate_answer(scope, from, has_sdp(*ack.message) ? ack.message->body() : "",
                          *exchange.from_own, ack.source);
  const SrtpDemand from_demand = from.policy_in_force().answer;
  const SrtpDemand to_demand = to.policy_in_force().inbound_offer;
  if (peer) {
    from.own = std::move(exchange.from_own);
    from.peer = std::move(*peer);
    to.own = write_answer(*from.peer, *exchange.to_peer, to.port, to.previous(),
                          scope.context.random, to.policy.terms.get());
    to.peer = std::move(exchange.to_peer);
  }
  const bool from_is_a = exchange.from == CallSide::a;
  const bool carried = peer && apply_media(scope, *b_, from_is_a ? from_demand : to_demand,
                                           from_is_a ? to_demand : from_demand);
  if (!carried) {
    const GateRefusal refusal = peer ? kNotProtected : peer.error();
    if (refusal.concerns_srtp()) log_srtp_reject(scope, from, refusal.reason);
    send_ack(scope, to, exchange.transaction, exchange.to_cseq, {});
    return end(scope, {"not_acceptable", 488});
  }
  send_ack(scope, to, exchange.transaction, exchange.to_cseq, to.own->body);
  settle_legs();
  persist(scope);
}

// The caller's 2xx, with what we say on its leg. RFC 3262 §3: not while a reliable provisional
// response with a description waits for its PRACK.
void Call::send_answer(CallScope& scope, const sip::Message* from_b, const std::string& body) {
  auto ok =
      answer(*invite_, from_b == nullptr ? 200 : from_b->status_code(), {}, a_.dialog.local_tag());
  ok.add(HeaderName::contact, a_.dialog.contact());
  add_capabilities(ok);
  if (from_b != nullptr) pass_headers(*from_b, Crossing::final_response, ok);
  grant_session(scope, CallSide::a, *invite_->message, ok);
  const bool described = caller_dialog().reliable.description_is_out();
  if (!body.empty() && !described) ok.body(kSdp, body);
  answered_at_ = scope.context.wall;
  if (!described && !unacknowledged_) return deliver_answer(scope, ok);
  held_answer_ = std::move(ok);
  persist(scope);
}

void Call::deliver_held_answer(CallScope& scope) {
  const bool waits = unacknowledged_ || caller_dialog().reliable.description_is_out();
  if (!held_answer_ || waits) return;
  const sip::OutgoingMessage ok = std::move(*held_answer_);
  held_answer_.reset();
  deliver_answer(scope, ok);
}

void Call::deliver_answer(CallScope& scope, const sip::OutgoingMessage& ok) {
  scope.context.transactions.respond(invite_->transaction, ok);
  unacknowledged_ = invite_->transaction;
  invite_.reset();
  stop_timer(scope, CallTimer::prack);
  phase_ = CallPhase::answered;
  if (near_record_id_ != RecordId()) {
    outdated_.emplace_back(PendingInviteRemoved{std::exchange(near_record_id_, {})});
  }
  persist(scope);
}

// The callee has answered and the call cannot be: it gets BYE, the caller a failure.
void Call::fail_answer(CallScope& scope, const GateRefusal& refusal) {
  if (refusal.concerns_srtp()) log_srtp_reject(scope, *b_, refusal.reason);
  send_bye(scope, *b_, CallSide::b, "SIP;cause=488;text=\"Not Acceptable Here\"");
  reject(scope, 488);
}

}  // namespace ringfence::sip_core
