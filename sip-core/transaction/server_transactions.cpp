#include "sip-core/transaction/server_transactions.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "sip-core/transaction/timer_payload.hpp"

namespace ringfence::sip_core {

namespace {

using sip::Method;
using Invite = InviteServerTransaction;
using NonInvite = NonInviteServerTransaction;

Invite::Input invite_input(int status) {
  if (status < 200) return Invite::Input::respond_provisional;
  return status < 300 ? Invite::Input::respond_success : Invite::Input::respond_failure;
}

std::optional<Invite::Input> invite_input(TimerName timer) {
  switch (timer) {
    case TimerName::trying:
      return Invite::Input::timer_trying;
    case TimerName::G:
      return Invite::Input::timer_g;
    case TimerName::H:
      return Invite::Input::timer_h;
    case TimerName::I:
      return Invite::Input::timer_i;
    case TimerName::L:
      return Invite::Input::timer_l;
    default:
      return std::nullopt;
  }
}

std::optional<NonInvite::Input> non_invite_input(TimerName timer) {
  switch (timer) {
    case TimerName::trying:
      return NonInvite::Input::timer_trying;
    case TimerName::F:
      return NonInvite::Input::timer_f;
    case TimerName::J:
      return NonInvite::Input::timer_j;
    default:
      return std::nullopt;
  }
}

// RFC 3261 §18.2.2, RFC 3581 §4: to the source's port when rport asks for it, else to the port of
// sent-by at the source's address. A stream answers on its connection.
Flow response_flow(const MessageSource& source, const sip::Message& request) {
  const auto* udp = std::get_if<UdpFlow>(&source.flow);
  const auto& via = request.via();
  if (udp == nullptr || !via || via->has_rport) return source.flow;
  return UdpFlow{udp->listener, {udp->remote.ip, via->sent_by_port()}};
}

}  // namespace

ServerTransactions::ServerTransactions(const TransactionKeys& keys, Random& random,
                                       TimerService& timers, MessageSender& sender,
                                       TransactionEvents& events, Counters& counters)
    : keys_(keys),
      random_(random),
      timers_(timers),
      sender_(sender),
      events_(events),
      responses_without_flow_(counters.get("sip_responses_without_flow_total")),
      merged_requests_(counters.get("sip_merged_requests_total")),
      unauthenticated_drops_(counters.get("udp_unauth_drops_total")),
      stateless_tag_(random) {}

ServerTransactions::Transaction* ServerTransactions::find(ServerTransactionId id) {
  const auto found = all_.find(id);
  return found == all_.end() ? nullptr : &found->second;
}

void ServerTransactions::on_request(const MessagePtr& request, const MessageSource& source,
                                    const TransactionKey& key) {
  if (request->method() == Method::ack) return on_ack(request, source, key);
  const ServerTransactionId known = by_key_.find(key);
  if (known != ServerTransactionId()) return on_repetition(known, source);
  if (request->method() == Method::cancel) return on_cancel(request, source);
  const bool merged = request->to_tag().empty() &&
                      by_identity_.contains(keys_.of_identity(*request, request->method_text()));
  if (merged) {  // §8.2.2.2 (R047)
    merged_requests_.add();
    return respond_to(*request, source,
                      sip::make_response(*request, 482, {}, random_.token(8), source.remote));
  }
  const ServerTransactionId id = create(request, source, key);
  events_.push_back(RequestReceived{id, request, source});
}

ServerTransactionId ServerTransactions::take_over(const MessagePtr& invite,
                                                  const MessageSource& source) {
  return create(invite, source, keys_.of_request(*invite, source));
}

ServerTransactionId ServerTransactions::create(const MessagePtr& request,
                                               const MessageSource& source,
                                               const TransactionKey& key) {
  const Reliability reliability =
      source.transport == TransportKind::udp ? Reliability::unreliable : Reliability::reliable;
  const ServerTransactionId id{++last_};
  Transaction& t = all_[id];
  t.request = request;
  t.source = source;
  t.reply = response_flow(source, *request);
  t.key = key;
  by_key_.set(key, id);
  t.identity = keys_.of_identity(*request, request->method_text());
  take_identity(t, id);
  Orders orders;
  if (request->method() == Method::invite) {
    Invite machine{reliability};
    orders = step(machine, Invite::Input::start);
    t.machine = machine;
  } else {
    NonInvite machine{reliability};
    orders = step(machine, NonInvite::Input::start);
    t.machine = machine;
  }
  ++unanswered_;
  run(id, orders);
  return id;
}

// Of two requests of one identity, within a dialog and by different ways, the later one has it.
void ServerTransactions::take_identity(Transaction& t, ServerTransactionId id) {
  if (Transaction* earlier = find(by_identity_.set(t.identity, id))) earlier->has_identity = false;
  t.has_identity = true;
}

void ServerTransactions::on_repetition(ServerTransactionId id, const MessageSource& source) {
  Transaction& t = *find(id);
  if (source.number != t.source.number) sender_.finished(source);
  run(id, std::holds_alternative<Invite>(t.machine)
              ? step(std::get<Invite>(t.machine), Invite::Input::request)
              : step(std::get<NonInvite>(t.machine), NonInvite::Input::request));
}

// An ACK to a 3xx-6xx has its INVITE's branch; one to a 2xx shares only the identity (§17.1.1.3,
// §13.2.2.4).
void ServerTransactions::on_ack(const MessagePtr& ack, const MessageSource& source,
                                const TransactionKey& key) {
  sender_.finished(source);
  ServerTransactionId id = by_key_.find(key);
  if (id == ServerTransactionId()) id = by_identity_.find(keys_.of_identity(*ack, "INVITE"));
  Transaction* const t = find(id);
  if (t == nullptr) {
    events_.push_back(AckReceived{ack, source, std::nullopt});
    return;
  }
  auto& machine = std::get<Invite>(t->machine);
  const bool of_success = machine.state == Invite::State::accepted;
  // RFC 6026 §8.7: from here on the transaction only swallows what is repeated.
  if (of_success) t->response = {};
  run(id, step(machine, Invite::Input::ack));
  if (of_success) events_.push_back(AckReceived{ack, source, id});
}

// §9.2: 200 to the CANCEL itself, 481 where there is nothing to cancel (R053). Never challenged.
void ServerTransactions::on_cancel(const MessagePtr& cancel, const MessageSource& source) {
  const ServerTransactionId invite = by_key_.find(keys_.of_request(*cancel, source, "INVITE"));
  const Transaction* t = find(invite);
  const int status = t == nullptr ? 481 : 200;
  const bool pending =
      t != nullptr && std::get<Invite>(t->machine).state == Invite::State::proceeding;
  const ServerTransactionId id = create(cancel, source, keys_.of_request(*cancel, source));
  respond(id, sip::make_response(*cancel, status, {}, random_.token(8), source.remote));
  if (pending) events_.push_back(CancelReceived{invite, cancel});
}

void ServerTransactions::respond(ServerTransactionId id, const sip::OutgoingMessage& response) {
  Transaction* t = find(id);
  if (t == nullptr) return;
  const int status = response.status_code();
  Orders orders;
  if (auto* invite = std::get_if<Invite>(&t->machine)) {
    orders = step(*invite, invite_input(status));
  } else {
    if (status < 200) return;  // RFC 4320 §4.1
    orders = step(std::get<NonInvite>(t->machine),
                  status == 408 ? NonInvite::Input::respond_408 : NonInvite::Input::respond_final);
  }
  if (!orders.empty()) t->response = response.serialize();
  if (status >= 200 && !orders.empty()) {
    finish(*t);
    t->request.reset();
  }
  run(id, orders);
}

void ServerTransactions::respond_to(const sip::Message& request, const MessageSource& source,
                                    const sip::OutgoingMessage& response) {
  if (request.method() != Method::ack) {
    transmit_statelessly(source, response_flow(source, request), request, response);
  }
  sender_.finished(source);
}

void ServerTransactions::respond_to_unparsed(std::size_t received, const MessageSource& source,
                                             const sip::OutgoingMessage& response) {
  std::string octets = response.serialize();
  if (!reflection_guard_.may_answer(source.remote.ip, received, octets.size(), now_)) {
    return unauthenticated_drops_.add();
  }
  sender_.send_response(source.flow, std::move(octets));
}

void ServerTransactions::respond_statelessly(ServerTransactionId id,
                                             const sip::OutgoingMessage& response) {
  Transaction* t = find(id);
  if (t == nullptr) return;
  transmit_statelessly(t->source, t->reply, *t->request, response);
  erase(id);
}

void ServerTransactions::ignore(ServerTransactionId id) {
  erase(id);
}

void ServerTransactions::transmit(const Flow& reply, std::string octets) {
  if (!sender_.send_response(reply, std::move(octets))) {
    responses_without_flow_.add();
  }
}

void ServerTransactions::transmit_statelessly(const MessageSource& source, const Flow& reply,
                                              const sip::Message& request,
                                              sip::OutgoingMessage response) {
  stateless_tag_.put(request, response);
  std::string octets = response.serialize();
  if (source.transport == TransportKind::udp &&
      !reflection_guard_.may_answer(source.remote.ip, request.bytes().size(), octets.size(),
                                    now_)) {
    return unauthenticated_drops_.add();
  }
  transmit(reply, std::move(octets));
}

void ServerTransactions::run(ServerTransactionId id, const Orders& orders) {
  for (const Order& order : orders) {
    Transaction* t = find(id);
    if (t == nullptr) return;
    carry_out(id, *t, order);
  }
}

void ServerTransactions::carry_out(ServerTransactionId id, Transaction& t, const Order& order) {
  TimerId& timer = t.timers[static_cast<std::size_t>(order.timer) % t.timers.size()];
  switch (order.kind) {
    case OrderKind::send_response:
      return transmit(t.reply, t.response);
    case OrderKind::send_trying: {
      auto trying = sip::make_response(*t.request, 100, {}, {}, t.source.remote).serialize();
      if (t.response.empty()) t.response = trying;
      return transmit(t.reply, std::move(trying));
    }
    case OrderKind::report_no_ack:
      events_.push_back(ServerEnded{id, ServerEnd::no_ack});
      return;
    case OrderKind::report_transport_failure:
      events_.push_back(ServerEnded{id, ServerEnd::transport_failed});
      return;
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
    case OrderKind::send_request:
    case OrderKind::send_ack:
    case OrderKind::deliver:
    case OrderKind::report_timeout:
      return;  // client machines only
  }
}

void ServerTransactions::on_timer(ServerTransactionId id, TimerName timer) {
  Transaction* t = find(id);
  if (t == nullptr) return;
  if (auto* invite = std::get_if<Invite>(&t->machine)) {
    if (const auto input = invite_input(timer)) run(id, step(*invite, *input));
  } else if (const auto input = non_invite_input(timer)) {
    run(id, step(std::get<NonInvite>(t->machine), *input));
  }
}

void ServerTransactions::on_connection_closed(ConnectionId connection) {
  std::vector<ServerTransactionId> hit;
  for (auto& [id, t] : all_) {
    if (t.source.flow != Flow(connection)) continue;
    note_finished(t);  // the bytes that tls-front kept went with the connection
    hit.push_back(id);
  }
  std::ranges::sort(hit);
  for (const ServerTransactionId id : hit) {
    Transaction& t = *find(id);
    run(id, std::holds_alternative<Invite>(t.machine)
                ? step(std::get<Invite>(t.machine), Invite::Input::transport_error)
                : step(std::get<NonInvite>(t.machine), NonInvite::Input::transport_error));
  }
}

void ServerTransactions::note_finished(Transaction& t) {
  if (!std::exchange(t.finished, true)) --unanswered_;
}

void ServerTransactions::finish(Transaction& t) {
  if (t.finished) return;
  note_finished(t);
  sender_.finished(t.source);
}

void ServerTransactions::erase(ServerTransactionId id) {
  Transaction* t = find(id);
  if (t == nullptr) return;
  finish(*t);
  for (const TimerId timer : t->timers)
    timers_.stop(timer);
  if (by_key_.find(t->key) == id) by_key_.erase(t->key);
  if (t->has_identity) by_identity_.erase(t->identity);
  all_.erase(id);
}

}  // namespace ringfence::sip_core
