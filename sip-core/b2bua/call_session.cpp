// Session timers of the two legs (RFC 4028): each leg's own clock, refreshed by UPDATE where the
// peer takes it, else by a re-INVITE that offers nothing new; the end of a call that nobody
// refreshes any more.
#include <algorithm>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr CallTimer timer_of(CallSide side) {
  return side == CallSide::a ? CallTimer::session_a : CallTimer::session_b;
}

SessionIntervals::Use use_by(SessionTimerUse use) {
  switch (use) {
    case SessionTimerUse::offer:
      break;
    case SessionTimerUse::accept:
      return SessionIntervals::Use::accept;
    case SessionTimerUse::off:
      return SessionIntervals::Use::off;
  }
  return SessionIntervals::Use::offer;
}

}  // namespace

SessionIntervals session_intervals(const Config& config, const Leg& leg) {
  const Trunk* trunk = leg.party.trunk ? config.trunk(*leg.party.trunk) : nullptr;
  return {std::chrono::seconds(config.setting_number("session_expires_s", 1800)),
          std::chrono::seconds(config.setting_number("min_se_s", 90)),
          use_by(trunk == nullptr ? SessionTimerUse::offer : trunk->session_timer)};
}

// R152. True: the request was answered with 422.
bool Call::refuse_interval(CallScope& scope, const Leg& leg, const RequestReceived& request) {
  const auto least =
      leg.session.refusal(*request.message, session_intervals(scope.context.config, leg));
  if (!least) return false;
  auto response = answer(request, 422, {}, leg.dialog.local_tag());
  response.add_number(HeaderName::min_se, static_cast<std::uint64_t>(least->count()));
  scope.context.transactions.respond(request.transaction, response);
  return true;
}

// The 2xx to a request of that side: a new interval begins.
void Call::grant_session(CallScope& scope, CallSide side, const sip::Message& request,
                         sip::OutgoingMessage& response) {
  Leg& of = leg(side);
  of.session.accept(request, session_intervals(scope.context.config, of), response,
                    scope.context.now);
  arm_session(scope, side);
}

// A 422 to a request of ours. True: it is on its way again with what the peer asks for.
bool Call::retry_with_interval(CallScope& scope, Use& use, Branch* branch,
                               const sip::Message& response) {
  if (branch == nullptr && !has_leg(use.side)) return false;
  if (branch != nullptr && branch->state != BranchState::calling) return false;
  if (use.kind == UseKind::bye || use.kind == UseKind::prack) return false;
  Leg& of = branch != nullptr ? branch->leg : leg(use.side);
  const SessionIntervals intervals = session_intervals(scope.context.config, of);
  if (!of.session.on_too_small(response, intervals)) return false;
  of.session.add_to_request(use.sent, intervals);
  use.sent.set(HeaderName::cseq, sip::make_cseq(of.dialog.next_cseq(), use.sent.method()));
  const UseKind kind = use.kind;
  const ClientTransactionId again =
      send(scope, std::move(use), branch != nullptr ? of.first_target() : of.target());
  if (branch != nullptr) branch->transaction = again;
  if (kind == UseKind::exchange && exchange_) exchange_->transaction = again;
  if (kind == UseKind::renegotiation && renegotiation_) renegotiation_->transaction = again;
  return true;
}

void Call::arm_session(CallScope& scope, CallSide side) {
  const auto next = leg(side).session.next();
  if (!next) return stop_timer(scope, timer_of(side));
  start_timer(scope, timer_of(side), std::max(*next - scope.context.now, Duration::zero()));
}

void Call::on_session_timer(CallScope& scope, CallSide side) {
  if (phase_ != CallPhase::answered) return;
  SessionTimer& session = leg(side).session;
  switch (session.due(scope.context.now)) {
    case SessionTimer::Due::nothing:
      return arm_session(scope, side);
    case SessionTimer::Due::expired:  // R155
      return end(scope, {"session_expired", 408});
    case SessionTimer::Due::refresh:
      refresh_session(scope, side);
      return arm_session(scope, side);
  }
}

void Call::refresh_session(CallScope& scope, CallSide side) {
  Leg& of = leg(side);
  const bool by_invite = !of.abilities.update;
  if (by_invite && (!of.own || (of.own->secured && !of.own->crypto))) {
    // Restored without its key: there is nothing to offer again, and a peer that lives is not
    // ended.
    return of.session.stop();
  }
  if (renegotiation_) return of.session.try_again(scope.context.now + kSessionRetry);
  of.session.refreshing();
  renegotiation_ = Renegotiation{side};
  send_renegotiation(scope);
}

// R157: a refresh (RFC 4028 §7.4) that says nothing new is no matter of the other leg. An offer
// without Session-Expires may be meant as one, for the other party may answer it differently now.
// True: it was answered.
bool Call::answer_unchanged(CallScope& scope, CallSide side, Exchange& exchange) {
  Leg& from = leg(side);
  const Leg& far = leg(other(side));
  const bool refresh = exchange.request.message->has(HeaderName::session_expires);
  const bool known =
      refresh && phase_ == CallPhase::answered && exchange.from_peer && from.peer && far.peer;
  if (!known || !exchange.from_peer->says_the_same_as(*from.peer)) return false;
  from.own = write_answer(*far.peer, *exchange.from_peer, from.port, from.previous(),
                          scope.context.random, from.policy.terms.get());
  auto ok = answer(exchange.request, 200);
  ok.add(HeaderName::contact, from.dialog.contact());
  add_capabilities(ok);
  grant_session(scope, side, *exchange.request.message, ok);
  ok.body("application/sdp", from.own->body);
  scope.context.transactions.respond(exchange.request.transaction, ok);
  persist(scope);
  return true;
}

}  // namespace ringfence::sip_core
