// What a call sends: requests and their credentials, ACK, BYE.
#include <algorithm>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"
#include "sip-core/b2bua/trunk_credentials.hpp"
#include "sip-core/transaction/timer_values.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::string_view kSdp = "application/sdp";

}  // namespace

ClientTransactionId Call::send(CallScope& scope, Use use, Target target) {
  const ClientTransactionId transaction =
      scope.context.transactions.request(use.sent, std::move(target));
  scope.shared.clients[transaction] = number_;
  clients_.push_back(transaction);
  uses_.insert_or_assign(transaction, std::move(use));
  return transaction;
}

// RFC 3261 §8.1.3.5: the same request with the next CSeq and credentials.
bool Call::retry_with_credentials(CallScope& scope, Leg& leg, Use use,
                                  const sip::Message& challenge, ClientTransactionId& transaction) {
  if (!leg.party.trunk || use.challenges >= kMaxChallenges) return false;
  const Trunk* trunk = scope.context.config.trunk(*leg.party.trunk);
  if (trunk == nullptr) return false;
  auto answer = answer_challenge(scope, *trunk, challenge, use.sent);
  if (!answer) return false;
  ++use.challenges;
  use.realm = answer->realm;
  use.sent.remove(HeaderName::authorization).remove(HeaderName::proxy_authorization);
  use.sent.add(answer->field, answer->value);
  use.sent.set(HeaderName::cseq, sip::make_cseq(leg.dialog.next_cseq(), use.sent.method()));
  const Target target = use.kind == UseKind::branch ? leg.first_target() : leg.target();
  transaction = send(scope, std::move(use), target);
  return true;
}

void Call::send_ack(CallScope& scope, Leg& leg, ClientTransactionId invite, std::uint32_t cseq,
                    std::string body) {
  sip::OutgoingMessage ack = leg.dialog.make_ack(cseq);
  if (!body.empty()) ack.body(kSdp, std::move(body));
  scope.context.transactions.send_ack(ack, leg.target());
  acks_.insert_or_assign({invite, leg.dialog.remote_tag()}, SentAck{std::move(ack), leg.target()});
  expect_repetitions(scope);
}

// RFC 6026 §7.2: a 2xx comes again until Timer M has fired, and no longer.
void Call::expect_repetitions(CallScope& scope) {
  start_timer(scope, CallTimer::repetitions, kTimerM);
}

void Call::forget_acks(CallScope& scope) {
  for (const auto& [sent, ack] : acks_) {
    scope.shared.clients.erase(sent.first);
    std::erase(clients_, sent.first);
  }
  acks_.clear();
}

// A further 2xx to an INVITE that is done with: the same one, a fork's, or that of a branch whose
// connection broke while it rang (R052).
void Call::repeat_ack(CallScope& scope, const ResponseReceived& response) {
  const auto sent = acks_.find({response.transaction, std::string(response.message->to_tag())});
  if (sent != acks_.end()) {
    return scope.context.transactions.send_ack(sent->second.ack, sent->second.target);
  }
  const auto other = acks_.lower_bound({response.transaction, std::string()});
  const bool ours = other != acks_.end() && other->first.first == response.transaction;
  if (ours && b_) return discard_answer(scope, *b_, response);
  const auto lost = std::ranges::find(branches_, response.transaction, &Branch::transaction);
  const bool answers = response.message->status_code() / 100 == 2;
  if (answers && lost != branches_.end()) discard_answer(scope, lost->leg, response);
}

// RFC 3261 §13.2.2.4: an answer that is not wanted is acknowledged and ended at once.
void Call::discard_answer(CallScope& scope, const Leg& leg, const ResponseReceived& response) {
  Dialog dialog = leg.dialog;
  dialog.confirm(*response.message);
  const auto cseq = response.message->cseq();
  sip::OutgoingMessage ack = dialog.make_ack(cseq ? cseq->number : 1);
  const Target target = leg.target_of(dialog);
  scope.context.transactions.send_ack(ack, target);
  Use use;
  use.kind = UseKind::bye;
  use.sent = dialog.make_request(sip::Method::bye);
  send(scope, std::move(use), target);
  acks_.try_emplace({response.transaction, dialog.remote_tag()}, SentAck{std::move(ack), target});
  expect_repetitions(scope);
}

void Call::send_bye(CallScope& scope, Leg& leg, CallSide side, std::string_view reason) {
  follow_registration(leg, scope.context);
  Use use;
  use.kind = UseKind::bye;
  use.side = side;
  use.sent = leg.dialog.make_request(sip::Method::bye);
  if (!reason.empty()) use.sent.add(HeaderName::reason, reason);
  send(scope, std::move(use), leg.target());
}

void Call::send_bye_after_ack(CallScope& scope) {
  const ByeAfterAck bye = std::move(*bye_after_ack_);
  bye_after_ack_.reset();
  send_bye(scope, leg(bye.side), bye.side, bye.reason);
}

void Call::watch_server(CallScope& scope, ServerTransactionId transaction) {
  scope.shared.servers[transaction] = number_;
  servers_.push_back(transaction);
}

}  // namespace ringfence::sip_core
