#include "sip-core/transaction/client_transactions.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "sip-core/message/characters.hpp"
#include "sip-core/transaction/timer_payload.hpp"
#include "sip-core/transaction/timer_values.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;
using Invite = InviteClientTransaction;
using NonInvite = NonInviteClientTransaction;

sip::Transport transport_of(TransportKind kind) {
  switch (kind) {
    case TransportKind::udp:
      return sip::Transport::udp;
    case TransportKind::tcp:
      return sip::Transport::tcp;
    case TransportKind::tls:
      return sip::Transport::tls;
  }
  return sip::Transport::udp;
}

std::string via_of(const ViaOrigin& origin, std::string_view branch) {
  return sip::make_via(transport_of(origin.transport), origin.host, origin.port, branch);
}

std::string_view cseq_number(const sip::OutgoingMessage& request) {
  const auto value = request.header(HeaderName::cseq).value_or("0");
  return value.substr(0, value.find(' '));
}

// What an ACK to a 3xx-6xx and a CANCEL take over from their INVITE (§17.1.1.3, §9.1).
sip::OutgoingMessage hop_request(const sip::OutgoingMessage& invite, sip::Method method,
                                 std::string_view to) {
  auto out = sip::OutgoingMessage::request(method, invite.uri());
  out.add(HeaderName::via, invite.header(HeaderName::via).value_or(""));
  out.add(HeaderName::max_forwards, "70");
  for (const auto& field : invite.fields()) {
    if (field.id == HeaderName::route) out.add(HeaderName::route, field.value);
  }
  out.add(HeaderName::from, invite.header(HeaderName::from).value_or(""));
  out.add(HeaderName::to, to);
  out.add(HeaderName::call_id, invite.header(HeaderName::call_id).value_or(""));
  out.add(HeaderName::cseq, {cseq_number(invite), " ", sip::to_text(method)});
  return out;
}

std::optional<TrunkId> trunk_of(const Target& target) {
  const auto* to = std::get_if<ToTrunk>(&target);
  return to == nullptr ? std::nullopt : std::optional(to->trunk);
}

// R098: ACK and CANCEL go where their INVITE went. R082: where that connection of a trunk is gone
// by then, over a new one.
Target same_way(const std::optional<Flow>& flow, const Target& target) {
  if (!flow) return target;
  const auto* connection = std::get_if<ConnectionId>(&*flow);
  const auto* to = std::get_if<ToTrunk>(&target);
  if (connection == nullptr || to == nullptr) return *flow;
  return ToTrunk{to->trunk, to->next_hop, *connection};
}

std::optional<Invite::Input> invite_input(TimerName timer) {
  switch (timer) {
    case TimerName::A:
      return Invite::Input::timer_a;
    case TimerName::B:
      return Invite::Input::timer_b;
    case TimerName::C:
      return Invite::Input::timer_c;
    case TimerName::D:
      return Invite::Input::timer_d;
    case TimerName::M:
      return Invite::Input::timer_m;
    default:
      return std::nullopt;
  }
}

std::optional<NonInvite::Input> non_invite_input(TimerName timer) {
  switch (timer) {
    case TimerName::E:
      return NonInvite::Input::timer_e;
    case TimerName::F:
      return NonInvite::Input::timer_f;
    case TimerName::K:
      return NonInvite::Input::timer_k;
    default:
      return std::nullopt;
  }
}

}  // namespace

ClientTransactionId ClientTransactions::request(sip::OutgoingMessage request, Target target) {
  Transaction t;
  t.branch = std::string(sip::kBranchCookie) + random_.token(12);
  t.target = std::move(target);
  const auto origin = sender_.origin(t.target);
  if (origin) {
    t.origin = *origin;
  } else {
    t.failure = origin.error();
  }
  request.add_first(HeaderName::via, via_of(t.origin, t.branch));
  if (!request.header(HeaderName::max_forwards)) request.add(HeaderName::max_forwards, "70");
  t.request = std::move(request);
  const Reliability reliability =
      t.origin.transport == TransportKind::udp ? Reliability::unreliable : Reliability::reliable;
  if (t.request.method() == "INVITE") {
    t.machine = Invite{reliability};
  } else {
    t.machine = NonInvite{reliability};
  }
  return add(std::move(t));
}

ClientTransactionId ClientTransactions::take_over(sip::OutgoingMessage invite, Flow flow) {
  Transaction t;
  const std::string text(invite.header(HeaderName::via).value_or(""));
  if (const auto via = sip::Via::parse(text)) {
    t.branch = via->branch;
    t.origin.host = via->host;
    t.origin.port = via->sent_by_port();
  }
  const bool stream = std::holds_alternative<ConnectionId>(flow);
  Invite machine{stream ? Reliability::reliable : Reliability::unreliable};
  machine.state = Invite::State::proceeding;
  t.machine = machine;
  t.origin.transport = stream ? TransportKind::tls : TransportKind::udp;
  t.octets = invite.serialize();
  t.request = std::move(invite);
  t.target = flow;
  t.flow_gone = !sender_.can_send(flow);
  t.flow = std::move(flow);
  const ClientTransactionId id{++last_};
  index(t, id);
  all_.emplace(id, std::move(t));
  return id;
}

ClientTransactions::Transaction* ClientTransactions::find(ClientTransactionId id) {
  const auto found = all_.find(id);
  return found == all_.end() ? nullptr : &found->second;
}

void ClientTransactions::index(Transaction& t, ClientTransactionId id) {
  t.key = keys_.of_client(t.branch, t.request.method());
  if (!by_key_.contains(t.key)) by_key_.set(t.key, id);
}

ClientTransactionId ClientTransactions::add(Transaction transaction) {
  transaction.octets = transaction.request.serialize();
  const ClientTransactionId id{++last_};
  index(transaction, id);
  Transaction& t = all_.emplace(id, std::move(transaction)).first->second;
  if (!t.failure.empty()) {
    fail(id, t.failure);
    return id;
  }
  const Orders orders = std::holds_alternative<Invite>(t.machine)
                            ? step(std::get<Invite>(t.machine), Invite::Input::start)
                            : step(std::get<NonInvite>(t.machine), NonInvite::Input::start);
  run(id, orders, nullptr, nullptr);
  return id;
}

void ClientTransactions::send_ack(sip::OutgoingMessage ack, const Target& target) {
  const auto origin = sender_.origin(target);
  if (!origin) return;  // the peer repeats its 2xx, and we shall be asked again
  const std::string branch = std::string(sip::kBranchCookie) + random_.token(12);
  ack.add_first(HeaderName::via, via_of(*origin, branch));
  if (!ack.header(HeaderName::max_forwards)) ack.add(HeaderName::max_forwards, "70");
  sender_.send(ack.serialize(), target, ClientTransactionId{});
}

void ClientTransactions::cancel(ClientTransactionId id, std::string_view reason) {
  Transaction* const found = find(id);
  if (found == nullptr || found->cancel != Cancel::no) return;
  Transaction& t = *found;
  const auto* invite = std::get_if<Invite>(&t.machine);
  if (invite == nullptr) return;
  if (!t.flow) {
    // Nothing has left yet, so there is nothing to cancel.
    sender_.forget(id);
    t.target = Flow{};  // says nothing about the trunk
    fail(id, "cancelled before it was sent");
    return;
  }
  t.cancel_reason = reason;
  if (invite->state == Invite::State::calling) t.cancel = Cancel::wanted;
  if (invite->state == Invite::State::proceeding) send_cancel(id);
}

void ClientTransactions::send_cancel(ClientTransactionId id) {
  Transaction& t = *find(id);
  t.cancel = Cancel::sent;
  Transaction cancel;
  cancel.machine = NonInvite{std::get<Invite>(t.machine).reliability};
  cancel.request =
      hop_request(t.request, sip::Method::cancel, t.request.header(HeaderName::to).value_or(""));
  if (!t.cancel_reason.empty()) cancel.request.add(HeaderName::reason, t.cancel_reason);
  cancel.branch = t.branch;
  cancel.origin = t.origin;
  cancel.target = same_way(t.flow, t.target);
  cancel.ours_alone = true;
  const Orders orders = step(std::get<Invite>(t.machine), Invite::Input::cancelled);
  run(id, orders, nullptr, nullptr);
  add(std::move(cancel));
}

// F073: who knows a branch has seen the request; whoever speaks on another connection is not the
// one that we asked. Only where ours broke while it rang may the peer come back with a new one.
bool ClientTransactions::may_answer(const Transaction& t, const MessageSource& source) {
  if (!t.flow) return false;  // nothing has left that could be answered
  const auto* asked = std::get_if<ConnectionId>(&*t.flow);
  const auto* answers = std::get_if<ConnectionId>(&source.flow);
  // A datagram's sender is not proof of anything, and some peers answer from another address.
  if (asked == nullptr || answers == nullptr) return asked == nullptr && answers == nullptr;
  if (*asked == *answers) return true;
  return t.flow_gone && source.transport == t.origin.transport &&
         t.answered_from.value_or(source.remote.ip) == source.remote.ip;
}

ResponseFate ClientTransactions::on_response(const MessagePtr& response,
                                             const MessageSource& source) {
  const auto& via = response->via();
  if (!via) return ResponseFate::unknown;
  const ClientTransactionId id =
      by_key_.find(keys_.of_client(via->branch, response->method_text()));
  if (id == ClientTransactionId()) return ResponseFate::unknown;
  Transaction& t = *find(id);
  if (!sip::equal_without_case(via->host, t.origin.host) || via->sent_by_port() != t.origin.port) {
    return ResponseFate::stray;
  }
  if (!may_answer(t, source)) return ResponseFate::stray;
  t.answered_from = source.remote.ip;
  timers_.stop(t.timers[static_cast<std::size_t>(TimerName::silence)]);
  const int status = response->status_code();
  Orders orders;
  if (auto* invite = std::get_if<Invite>(&t.machine)) {
    orders = step(*invite, status < 200   ? Invite::Input::provisional
                           : status < 300 ? Invite::Input::success
                                          : Invite::Input::failure);
  } else {
    orders = step(std::get<NonInvite>(t.machine),
                  status < 200 ? NonInvite::Input::provisional : NonInvite::Input::final);
  }
  // A provisional response that was overtaken by the final one cancels nothing any more.
  const auto* rings = std::get_if<Invite>(&t.machine);
  const bool cancel_now =
      t.cancel == Cancel::wanted && rings != nullptr && rings->state == Invite::State::proceeding;
  if (status >= 200) forget_messages(t);
  run(id, orders, response, &source);
  if (cancel_now) send_cancel(id);
  return ResponseFate::taken;
}

// A final response has come: nothing is repeated but the ACK to a 3xx-6xx.
void ClientTransactions::forget_messages(Transaction& t) {
  const auto* invite = std::get_if<Invite>(&t.machine);
  t.octets = {};
  const bool awaits_more = invite != nullptr && invite->flow_lost;
  if (invite == nullptr || (invite->state == Invite::State::accepted && !awaits_more)) {
    t.request = {};
  }
}

void ClientTransactions::run(ClientTransactionId id, const Orders& orders,
                             const MessagePtr& response, const MessageSource* source) {
  for (const Order& order : orders) {
    Transaction* const t = find(id);
    if (t == nullptr) return;
    carry_out(id, *t, order, response, source);
  }
}

void ClientTransactions::carry_out(ClientTransactionId id, Transaction& t, const Order& order,
                                   const MessagePtr& response, const MessageSource* source) {
  TimerId& timer = t.timers[static_cast<std::size_t>(order.timer) % t.timers.size()];
  switch (order.kind) {
    case OrderKind::send_request:
      return transmit(id, t);
    case OrderKind::send_ack:
      if (response) send_failure_ack(t, *response);
      return;
    case OrderKind::deliver:
      if (response) report(t, ResponseReceived{id, response, *source, trunk_of(t.target), t.flow});
      return;
    case OrderKind::report_timeout:
      return report(t, ClientTimedOut{id, trunk_of(t.target), t.flow});
    case OrderKind::report_transport_failure:
      return report(t, ClientTransportFailed{id, t.failure, trunk_of(t.target), t.flow});
    case OrderKind::start_timer:
      timers_.stop(timer);
      timer = timers_.start(due_time(now_, order), TimerOwner::transactions,
                            timer_payload(id, order.timer));
      return;
    case OrderKind::stop_timer:
      timers_.stop(timer);
      return;
    case OrderKind::terminate:
      return erase(id);
    case OrderKind::send_response:
    case OrderKind::send_trying:
    case OrderKind::report_no_ack:
      return;  // server machines only
  }
}

void ClientTransactions::report(const Transaction& t, TransactionEvent event) {
  if (!t.ours_alone) events_.push_back(std::move(event));
}

// The first time along the target, afterwards along the flow that it was sent on.
void ClientTransactions::transmit(ClientTransactionId id, Transaction& t) {
  if (t.queued) return;
  const SendOutcome outcome = sender_.send(t.octets, t.flow ? Target(*t.flow) : t.target, id);
  if (const auto* sent = std::get_if<Sent>(&outcome)) note_sent(id, t, sent->flow);
  t.queued = std::holds_alternative<Queued>(outcome);
  if (const auto* not_sent = std::get_if<NotSent>(&outcome)) fail(id, not_sent->reason);
}

// The first copy that leaves begins the watch for silence.
void ClientTransactions::note_sent(ClientTransactionId id, Transaction& t, const Flow& flow) {
  const bool first = !t.flow;
  t.flow = flow;
  const auto* to = std::get_if<ToTrunk>(&t.target);
  if (!first || to == nullptr || to->next_hop || !sender_.has_alternative(t.target)) return;
  t.timers[static_cast<std::size_t>(TimerName::silence)] = timers_.start(
      now_ + kSilence, TimerOwner::transactions, timer_payload(id, TimerName::silence));
}

void ClientTransactions::fail(ClientTransactionId id, std::string reason) {
  Transaction* const found = find(id);
  if (found == nullptr) return;
  Transaction& t = *found;
  t.failure = std::move(reason);
  const Orders orders =
      std::holds_alternative<Invite>(t.machine)
          ? step(std::get<Invite>(t.machine), Invite::Input::transport_error)
          : step(std::get<NonInvite>(t.machine), NonInvite::Input::transport_error);
  run(id, orders, nullptr, nullptr);
}

void ClientTransactions::send_failure_ack(const Transaction& t, const sip::Message& response) {
  const auto ack =
      hop_request(t.request, sip::Method::ack, response.header(HeaderName::to).value_or(""));
  sender_.send(ack.serialize(), same_way(t.flow, t.target), ClientTransactionId{});
}

void ClientTransactions::on_timer(ClientTransactionId id, TimerName timer) {
  Transaction* const found = find(id);
  if (found == nullptr) return;
  Transaction& t = *found;
  if (timer == TimerName::silence) {
    if (const auto trunk = trunk_of(t.target)) report(t, ClientSilent{id, *trunk, *t.flow});
    return;
  }
  if (auto* invite = std::get_if<Invite>(&t.machine)) {
    if (const auto input = invite_input(timer)) run(id, step(*invite, *input), nullptr, nullptr);
  } else if (const auto input = non_invite_input(timer)) {
    run(id, step(std::get<NonInvite>(t.machine), *input), nullptr, nullptr);
  }
}

void ClientTransactions::on_sent(ClientTransactionId id, const Flow& flow) {
  Transaction* const t = find(id);
  if (t == nullptr) return;
  t->queued = false;
  note_sent(id, *t, flow);
}

void ClientTransactions::on_send_failed(ClientTransactionId id, std::string reason) {
  fail(id, std::move(reason));
}

std::size_t ClientTransactions::on_connection_closed(ConnectionId connection,
                                                     const std::string& reason) {
  std::vector<ClientTransactionId> hit;
  for (const auto& [id, t] : all_) {
    if (t.flow && *t.flow == Flow(connection)) hit.push_back(id);
  }
  std::ranges::sort(hit);
  for (const ClientTransactionId id : hit) {
    find(id)->flow_gone = true;
    stop_ringing(id);
    fail(id, reason);
  }
  return hit.size();
}

// R082: a carrier that rings goes on ringing when the connection breaks, unless it is told.
void ClientTransactions::stop_ringing(ClientTransactionId id) {
  const Transaction& t = *find(id);
  const auto* invite = std::get_if<Invite>(&t.machine);
  const bool rings = invite != nullptr && invite->state == Invite::State::proceeding;
  if (rings && t.cancel != Cancel::sent && trunk_of(t.target)) send_cancel(id);
}

void ClientTransactions::erase(ClientTransactionId id) {
  Transaction* const found = find(id);
  if (found == nullptr) return;
  Transaction& t = *found;
  for (const TimerId timer : t.timers)
    timers_.stop(timer);
  if (!t.flow) sender_.forget(id);
  if (by_key_.find(t.key) == id) by_key_.erase(t.key);
  all_.erase(id);
}

}  // namespace ringfence::sip_core
