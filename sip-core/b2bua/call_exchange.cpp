// re-INVITE (RFC 3261 §14): hold, resume, codec and key changes go to the other leg through the
// gate, and come back as its answer. One at a time; what fails leaves media as it was (R058).
#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::string_view kSdp = "application/sdp";
constexpr std::uint64_t kForwards = 10;
constexpr std::uint64_t kRetrySeconds = 10;

bool has_sdp(const sip::Message& message) {
  return !message.body().empty() && message.content_type() == kSdp;
}

}  // namespace

// RFC 3261 §14.2, RFC 3311 §5.2 and R055. False: it has been answered.
bool Call::may_exchange(CallScope& scope, CallSide side, const RequestReceived& request) {
  if (exchange_) {
    if (exchange_->from != side) {
      respond(scope, request, 491);
    } else {
      try_again_later(scope, request);
    }
    return false;
  }
  const bool offering = renegotiation_ && renegotiation_->method == sip::Method::invite &&
                        renegotiation_->transaction;
  // While a party is being transferred, nobody's media changes.
  if (unacknowledged_ || offering || transfer_) {
    respond(scope, request, 491);
    return false;
  }
  if (refuse_interval(scope, leg(side), request)) return false;
  return true;
}

void Call::try_again_later(CallScope& scope, const RequestReceived& request) {
  auto busy = answer(request, 500);
  busy.add_number(HeaderName::retry_after, scope.context.random.number() % kRetrySeconds);
  scope.context.transactions.respond(request.transaction, busy);
}

void Call::on_reinvite(CallScope& scope, CallSide side, const RequestReceived& request) {
  if (!may_exchange(scope, side, request)) return;
  Exchange exchange;
  exchange.from = side;
  exchange.request = request;
  exchange.late_offer = request.message->body().empty();
  if (!exchange.late_offer && !read_reoffer(scope, side, exchange)) return;
  leg(side).dialog.refresh_target(*request.message);
  watch_server(scope, request.transaction);
  if (answer_unchanged(scope, side, exchange)) return;
  start_exchange(scope, std::move(exchange), sip::Method::invite);
}

void Call::start_exchange(CallScope& scope, Exchange exchange, sip::Method method) {
  const CallSide side = other(exchange.from);
  Leg& to = leg(side);
  follow_registration(to, scope.context);
  Use use;
  use.kind = UseKind::exchange;
  use.side = side;
  use.sent = to.dialog.make_request(method);
  add_capabilities(use.sent);
  to.session.add_to_request(use.sent, session_intervals(scope.context.config, to));
  if (exchange.from_peer) {
    exchange.to_own = write_offer(*exchange.from_peer, to.policy_in_force().offer, to.port,
                                  to.previous(), scope.context.random, to.policy.terms.get());
    use.sent.body(kSdp, exchange.to_own->body);
  }
  exchange.transaction = send(scope, std::move(use), to.target());
  exchange_ = std::move(exchange);
}

// Before the answer: the caller hears another fork now, to which this says nothing.
void Call::drop_exchange(CallScope& scope) {
  if (!exchange_) return;
  try_again_later(scope, exchange_->request);
  exchange_.reset();
}

// False: it has been answered.
bool Call::read_reoffer(CallScope& scope, CallSide side, Exchange& exchange) {
  const RequestReceived& request = exchange.request;
  Leg& from = leg(side);
  const auto offer = sdp::SessionDescription::parse(request.message->body());
  if (!has_sdp(*request.message) || !offer) {
    respond(scope, request, has_sdp(*request.message) ? 488 : 415);
    return false;
  }
  auto peer = gate_offer(scope, from, *offer, request.source);
  if (peer) {
    exchange.from_peer = std::move(*peer);
    return true;
  }
  if (peer.error().fault == GateFault::no_audio && from.own) {
    // T.38 or video alone: answered with port 0, and the other leg hears nothing of
    // it. What was agreed before is carried on until the next offer.
    auto ok = answer(request, 200);
    ok.add(HeaderName::contact, from.dialog.contact());
    add_capabilities(ok);
    ok.body(kSdp, write_rejection(*offer, *from.own, from.port));
    ++from.own->version;
    if (request.message->method() == sip::Method::invite) watch_server(scope, request.transaction);
    scope.context.transactions.respond(request.transaction, ok);
    return false;
  }
  if (peer.error().concerns_srtp()) log_srtp_reject(scope, from, peer.error().reason);
  respond(scope, request, 488);
  return false;
}

void Call::on_exchange_response(CallScope& scope, CallSide to, const ResponseReceived& response) {
  const sip::Message& message = *response.message;
  const int status = message.status_code();
  if (status < 200) return;
  const bool current = exchange_ && exchange_->transaction == response.transaction;
  if (!current || phase_ == CallPhase::ended) {
    if (status < 300 && has_leg(to)) acknowledge(scope, to, response);
    return;
  }
  if (status >= 300) return on_exchange_failed(scope, status, &message);
  const auto cseq = message.cseq();
  exchange_->to_cseq = cseq ? cseq->number : 0;
  leg(to).abilities.note(message);
  leg(to).session.on_success(message, scope.context.now);
  arm_session(scope, to);
  leg(to).dialog.refresh_target(message);
  on_exchange_accepted(scope, to, response);
}

// Only INVITE has an ACK.
void Call::acknowledge(CallScope& scope, CallSide to, const ResponseReceived& response) {
  if (response.message->method() != sip::Method::invite) return;
  const auto cseq = response.message->cseq();
  send_ack(scope, leg(to), response.transaction, cseq ? cseq->number : 0, {});
}

void Call::on_exchange_accepted(CallScope& scope, CallSide to, const ResponseReceived& response) {
  Leg& answerer = leg(to);
  Leg& offerer = leg(exchange_->from);
  if (exchange_->late_offer) {
    const auto offer = sdp::SessionDescription::parse(response.message->body());
    auto peer = offer ? gate_offer(scope, answerer, *offer, response.source)
                      : std::unexpected(GateRefusal{GateFault::lines, "malformed"});
    if (!peer) {
      if (peer.error().concerns_srtp()) log_srtp_reject(scope, answerer, peer.error().reason);
      acknowledge(scope, to, response);
      return end(scope, {"not_acceptable", 488});
    }
    exchange_->from_own =
        write_offer(*peer, offerer.policy_in_force().offer, offerer.port, offerer.previous(),
                    scope.context.random, offerer.policy.terms.get());
    exchange_->to_peer = std::move(*peer);
    exchange_->answered = true;
    return answer_exchange(scope, 200, exchange_->from_own->body, response.message.get());
  }
  acknowledge(scope, to, response);
  auto peer =
      gate_answer(scope, answerer, response.message->body(), *exchange_->to_own, response.source);
  if (!peer) {
    // It has agreed to something that may not be: nothing is left to go back to.
    if (peer.error().concerns_srtp()) log_srtp_reject(scope, answerer, peer.error().reason);
    answer_exchange(scope, 488, {}, nullptr);
    return end(scope, {"not_acceptable", 488});
  }
  exchange_->to_peer = std::move(*peer);
  commit_exchange(scope);
}

void Call::commit_exchange(CallScope& scope) {
  Leg& from = leg(exchange_->from);
  Leg& to = leg(other(exchange_->from));
  const SrtpDemand from_demand = from.policy_in_force().inbound_offer;
  const SrtpDemand to_demand = to.policy_in_force().answer;
  from.own = write_answer(*exchange_->to_peer, *exchange_->from_peer, from.port, from.previous(),
                          scope.context.random, from.policy.terms.get());
  from.peer = std::move(exchange_->from_peer);
  to.own = std::move(exchange_->to_own);
  to.peer = std::move(exchange_->to_peer);
  const bool from_is_a = exchange_->from == CallSide::a;
  if (!apply_media(scope, leg(CallSide::b), from_is_a ? from_demand : to_demand,
                   from_is_a ? to_demand : from_demand)) {
    answer_exchange(scope, 488, {}, nullptr);
    return end(scope, {"not_acceptable", 488});
  }
  settle_legs();
  answer_exchange(scope, 200, from.own->body, nullptr);
  persist(scope);
}

// A late offer's exchange goes on until the ACK; every other one is over.
void Call::answer_exchange(CallScope& scope, int status, const std::string& body,
                           const sip::Message* from) {
  auto response = answer(exchange_->request, status);
  response.add(HeaderName::contact, leg(exchange_->from).dialog.contact());
  add_capabilities(response);
  if (from != nullptr) pass_headers(*from, Crossing::final_response, response);
  if (status < 300 && phase_ == CallPhase::answered) {
    grant_session(scope, exchange_->from, *exchange_->request.message, response);
  }
  if (!body.empty()) response.body(kSdp, body);
  scope.context.transactions.respond(exchange_->request.transaction, response);
  if (!exchange_->answered) exchange_.reset();
}

void Call::on_exchange_failed(CallScope& scope, int status, const sip::Message* response) {
  // RFC 3261 §12.2.1.2: the dialog is gone. Before the answer its INVITE will tell.
  const bool gone = (status == 408 || status == 481) && phase_ == CallPhase::answered;
  const bool local = response == nullptr;
  const int told = status == 491 ? 491 : status_for_caller(status, FailureOf::trunk, Wire::yes);
  if (exchange_) answer_exchange(scope, gone || local ? 500 : told, {}, response);
  exchange_.reset();
  if (gone) end(scope, {"dialog_gone", 500});
}

}  // namespace ringfence::sip_core
