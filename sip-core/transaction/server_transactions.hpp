// ServerTransactions: the requests that came to us and what was answered. It keeps each request
// until its transaction ends, absorbs repetitions, repeats responses, answers CANCEL with 200 and
// finds the INVITE of an ACK. Owned by TransactionTable. Events go into the queue given at birth.
#pragma once

#include <string>
#include <unordered_map>
#include <variant>

#include "runtime/counters.hpp"
#include "runtime/random.hpp"
#include "sip-core/transaction/client_transactions.hpp"
#include "sip-core/transaction/invite_server_transaction.hpp"
#include "sip-core/transaction/key_index.hpp"
#include "sip-core/transaction/non_invite_server_transaction.hpp"
#include "sip-core/transaction/reflection_guard.hpp"
#include "sip-core/transaction/stateless_tag.hpp"

namespace ringfence::sip_core {

class ServerTransactions {
 public:
  ServerTransactions(const TransactionKeys& keys, Random& random, TimerService& timers,
                     MessageSender& sender, TransactionEvents& events, Counters& counters);

  void begin_step(TimePoint now) { now_ = now; }

  ServerTransactionId take_over(const MessagePtr& invite, const MessageSource& source);
  void respond(ServerTransactionId id, const sip::OutgoingMessage& response);
  void respond_statelessly(ServerTransactionId id, const sip::OutgoingMessage& response);
  void ignore(ServerTransactionId id);
  // To a request that has no transaction.
  void respond_to(const sip::Message& request, const MessageSource& source,
                  const sip::OutgoingMessage& response);

  void note_received(const IpAddress& source, std::size_t octets) {
    reflection_guard_.note_received(source, octets);
  }
  // To what was no whole request; `received`: its octets.
  void respond_to_unparsed(std::size_t received, const MessageSource& source,
                           const sip::OutgoingMessage& response);

  // `key`: the request's.
  void on_request(const MessagePtr& request, const MessageSource& source,
                  const TransactionKey& key);
  bool has(const TransactionKey& key) const { return by_key_.contains(key); }
  void on_timer(ServerTransactionId id, TimerName timer);
  void on_connection_closed(ConnectionId connection);

  std::size_t size() const { return all_.size(); }
  std::size_t unanswered() const { return unanswered_; }  // without a final response

 private:
  struct Transaction {
    std::variant<InviteServerTransaction, NonInviteServerTransaction> machine;
    MessagePtr request;  // until its final response
    MessageSource source;
    Flow reply;  // where responses go
    TransactionKey key;
    TransactionKey identity;
    bool has_identity = false;  // in by_identity_, where one of several has it
    std::string response;       // octets of the last one, as long as it may be asked for again
    TimerSet timers{};
    bool finished = false;  // tls-front was told
  };

  Transaction* find(ServerTransactionId id);
  ServerTransactionId create(const MessagePtr& request, const MessageSource& source,
                             const TransactionKey& key);
  void take_identity(Transaction& t, ServerTransactionId id);
  void on_ack(const MessagePtr& ack, const MessageSource& source, const TransactionKey& key);
  void on_cancel(const MessagePtr& cancel, const MessageSource& source);
  void on_repetition(ServerTransactionId id, const MessageSource& source);
  void run(ServerTransactionId id, const Orders& orders);
  void carry_out(ServerTransactionId id, Transaction& t, const Order& order);
  void transmit(const Flow& reply, std::string octets);
  // Within what a stranger may be sent (F059).
  void transmit_statelessly(const MessageSource& source, const Flow& reply,
                            const sip::Message& request, sip::OutgoingMessage response);
  void finish(Transaction& t);
  void note_finished(Transaction& t);
  void erase(ServerTransactionId id);

  const TransactionKeys& keys_;
  Random& random_;
  TimerService& timers_;
  MessageSender& sender_;
  TransactionEvents& events_;
  Counter& responses_without_flow_;
  Counter& merged_requests_;
  Counter& unauthenticated_drops_;
  StatelessTag stateless_tag_;
  ReflectionGuard reflection_guard_;
  std::size_t unanswered_ = 0;
  TimePoint now_;
  std::unordered_map<ServerTransactionId, Transaction> all_;
  KeyIndex<ServerTransactionId> by_key_;
  KeyIndex<ServerTransactionId> by_identity_;
  std::uint64_t last_ = 0;
};

}  // namespace ringfence::sip_core
