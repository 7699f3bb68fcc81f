// TransactionTable: the TransactionLayer of the engine: client and server transactions together,
// the queue of events that they raise, and the way in for messages, timers and the sender's
// outcomes. The engine calls begin_step() first and drains next_event() after each call; events
// are therefore never delivered from within a call of the user's.
#pragma once

#include <optional>

#include "sip-core/transaction/client_transactions.hpp"
#include "sip-core/transaction/server_transactions.hpp"

namespace ringfence::sip_core {

class TransactionTable final : public TransactionLayer {
 public:
  // All outlive the table.
  TransactionTable(Random& random, TimerService& timers, MessageSender& sender, Counters& counters);

  void respond(ServerTransactionId transaction, const sip::OutgoingMessage& response) override;
  void respond_statelessly(ServerTransactionId transaction,
                           const sip::OutgoingMessage& response) override;
  void ignore(ServerTransactionId transaction) override;
  ClientTransactionId request(sip::OutgoingMessage request, Target target) override;
  void send_ack(sip::OutgoingMessage ack, Target target) override;
  ClientTransactionId take_over(sip::OutgoingMessage invite, Flow flow) override;
  ServerTransactionId take_over(MessagePtr invite, MessageSource source) override;
  void cancel(ClientTransactionId invite, std::string_view reason) override;

  void begin_step(TimePoint now);
  TransactionKey key_of(const sip::Message& request, const MessageSource& source) const {
    return keys_.of_request(request, source);
  }
  // Both have passed validate_request() or validate_response(). `key`: the request's key_of().
  void on_request(const MessagePtr& request, const MessageSource& source,
                  const TransactionKey& key);
  ResponseFate on_response(const MessagePtr& response, const MessageSource& source);
  // To a request that is given no transaction: faults found before.
  void respond_to(const sip::Message& request, const MessageSource& source,
                  const sip::OutgoingMessage& response);
  // Of each datagram: what its source may be sent depends on it (F059).
  void note_received(const IpAddress& source, std::size_t octets) {
    servers_.note_received(source, octets);
  }
  void respond_to_unparsed(std::size_t received, const MessageSource& source,
                           const sip::OutgoingMessage& response);
  // Whether a request other than an ACK is a repetition of one that has a transaction.
  bool has_server(const TransactionKey& key) const { return servers_.has(key); }
  void on_timer(std::uint64_t payload);
  void on_sent(ClientTransactionId transaction, const Flow& flow);
  void on_send_failed(ClientTransactionId transaction, std::string reason);
  // How many requests of ours it failed.
  std::size_t on_connection_closed(ConnectionId connection, const std::string& reason);

  std::optional<TransactionEvent> next_event();
  std::size_t size() const { return clients_.size() + servers_.size(); }
  std::size_t unanswered() const { return servers_.unanswered(); }

 private:
  TransactionEvents events_;
  MessageSender& sender_;
  Counter& stray_responses_;
  TransactionKeys keys_;
  ClientTransactions clients_;
  ServerTransactions servers_;
};

}  // namespace ringfence::sip_core
