#include "sip-core/transaction/transaction_table.hpp"

#include <utility>

#include "sip-core/transaction/timer_payload.hpp"

namespace ringfence::sip_core {

TransactionTable::TransactionTable(Random& random, TimerService& timers, MessageSender& sender,
                                   Counters& counters)
    : sender_(sender),
      stray_responses_(counters.get("stray_responses_total")),
      keys_(random),
      clients_(keys_, random, timers, sender, events_),
      servers_(keys_, random, timers, sender, events_, counters) {}

void TransactionTable::begin_step(TimePoint now) {
  clients_.begin_step(now);
  servers_.begin_step(now);
}

void TransactionTable::respond(ServerTransactionId transaction,
                               const sip::OutgoingMessage& response) {
  servers_.respond(transaction, response);
}

void TransactionTable::respond_statelessly(ServerTransactionId transaction,
                                           const sip::OutgoingMessage& response) {
  servers_.respond_statelessly(transaction, response);
}

void TransactionTable::ignore(ServerTransactionId transaction) {
  servers_.ignore(transaction);
}

ClientTransactionId TransactionTable::request(sip::OutgoingMessage request, Target target) {
  return clients_.request(std::move(request), std::move(target));
}

void TransactionTable::send_ack(sip::OutgoingMessage ack, Target target) {
  clients_.send_ack(std::move(ack), target);
}

ClientTransactionId TransactionTable::take_over(sip::OutgoingMessage invite, Flow flow) {
  return clients_.take_over(std::move(invite), std::move(flow));
}

ServerTransactionId TransactionTable::take_over(MessagePtr invite, MessageSource source) {
  return servers_.take_over(invite, source);
}

void TransactionTable::cancel(ClientTransactionId invite, std::string_view reason) {
  clients_.cancel(invite, reason);
}

void TransactionTable::on_request(const MessagePtr& request, const MessageSource& source,
                                  const TransactionKey& key) {
  servers_.on_request(request, source, key);
}

ResponseFate TransactionTable::on_response(const MessagePtr& response,
                                           const MessageSource& source) {
  const ResponseFate fate = clients_.on_response(response, source);
  if (fate != ResponseFate::taken) stray_responses_.add();
  sender_.finished(source);
  return fate;
}

void TransactionTable::respond_to(const sip::Message& request, const MessageSource& source,
                                  const sip::OutgoingMessage& response) {
  servers_.respond_to(request, source, response);
}

void TransactionTable::respond_to_unparsed(std::size_t received, const MessageSource& source,
                                           const sip::OutgoingMessage& response) {
  servers_.respond_to_unparsed(received, source, response);
}

void TransactionTable::on_timer(std::uint64_t payload) {
  const std::uint64_t number = transaction_number(payload);
  if (is_server_timer(payload)) {
    servers_.on_timer(ServerTransactionId{number}, timer_name(payload));
  } else {
    clients_.on_timer(ClientTransactionId{number}, timer_name(payload));
  }
}

void TransactionTable::on_sent(ClientTransactionId transaction, const Flow& flow) {
  clients_.on_sent(transaction, flow);
}

void TransactionTable::on_send_failed(ClientTransactionId transaction, std::string reason) {
  clients_.on_send_failed(transaction, std::move(reason));
}

std::size_t TransactionTable::on_connection_closed(ConnectionId connection,
                                                   const std::string& reason) {
  const std::size_t failed = clients_.on_connection_closed(connection, reason);
  servers_.on_connection_closed(connection);
  return failed;
}

std::optional<TransactionEvent> TransactionTable::next_event() {
  if (events_.empty()) return std::nullopt;
  TransactionEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

}  // namespace ringfence::sip_core
