// ClientTransactions: the requests that we sent and wait for answers to. It keeps each request's
// octets and runs the two client machines; it writes Via, the ACK to a 3xx-6xx and the CANCEL.
// Owned by TransactionTable. Events go into the queue given at birth.
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "runtime/random.hpp"
#include "sip-core/engine/timer_service.hpp"
#include "sip-core/transaction/invite_client_transaction.hpp"
#include "sip-core/transaction/key_index.hpp"
#include "sip-core/transaction/message_sender.hpp"
#include "sip-core/transaction/non_invite_client_transaction.hpp"
#include "sip-core/transaction/transaction_layer.hpp"

namespace ringfence::sip_core {

using TransactionEvents = std::deque<TransactionEvent>;
using TimerSet = std::array<TimerId, static_cast<std::size_t>(TimerName::count)>;

// `stray`: it names a transaction of ours, but our Via is not as we wrote it (R026), or it does not
// come from whom we asked (F073). It changes nothing.
enum class ResponseFate : std::uint8_t { taken, stray, unknown };

class ClientTransactions {
 public:
  ClientTransactions(const TransactionKeys& keys, Random& random, TimerService& timers,
                     MessageSender& sender, TransactionEvents& events)
      : keys_(keys), random_(random), timers_(timers), sender_(sender), events_(events) {}

  void begin_step(TimePoint now) { now_ = now; }

  ClientTransactionId request(sip::OutgoingMessage request, Target target);
  ClientTransactionId take_over(sip::OutgoingMessage invite, Flow flow);
  void send_ack(sip::OutgoingMessage ack, const Target& target);
  void cancel(ClientTransactionId invite, std::string_view reason);

  ResponseFate on_response(const MessagePtr& response, const MessageSource& source);
  void on_timer(ClientTransactionId id, TimerName timer);
  void on_sent(ClientTransactionId id, const Flow& flow);
  void on_send_failed(ClientTransactionId id, std::string reason);
  // How many transactions it failed.
  std::size_t on_connection_closed(ConnectionId connection, const std::string& reason);

  std::size_t size() const { return all_.size(); }

 private:
  enum class Cancel : std::uint8_t { no, wanted, sent };
  struct Transaction {
    std::variant<InviteClientTransaction, NonInviteClientTransaction> machine;
    sip::OutgoingMessage request;  // as long as an ACK or a CANCEL may be made from it
    std::string octets;            // as long as they may be sent again
    std::string branch;
    TransactionKey key;
    ViaOrigin origin;
    Target target;
    std::optional<Flow> flow;  // absent: not sent yet
    bool flow_gone = false;    // the connection has closed since
    std::optional<IpAddress> answered_from;
    TimerSet timers{};
    Cancel cancel = Cancel::no;
    std::string cancel_reason;
    bool queued = false;      // the sender has it and will send it once
    bool ours_alone = false;  // a CANCEL: nothing of it goes up
    std::string failure;
  };

  Transaction* find(ClientTransactionId id);
  ClientTransactionId add(Transaction transaction);
  void index(Transaction& t, ClientTransactionId id);
  static bool may_answer(const Transaction& t, const MessageSource& source);
  void run(ClientTransactionId id, const Orders& orders, const MessagePtr& response,
           const MessageSource* source);
  void carry_out(ClientTransactionId id, Transaction& t, const Order& order,
                 const MessagePtr& response, const MessageSource* source);
  void transmit(ClientTransactionId id, Transaction& t);
  void note_sent(ClientTransactionId id, Transaction& t, const Flow& flow);
  void fail(ClientTransactionId id, std::string reason);
  void send_failure_ack(const Transaction& t, const sip::Message& response);
  void send_cancel(ClientTransactionId id);
  void stop_ringing(ClientTransactionId id);
  void erase(ClientTransactionId id);
  void report(const Transaction& t, TransactionEvent event);
  static void forget_messages(Transaction& t);

  const TransactionKeys& keys_;
  Random& random_;
  TimerService& timers_;
  MessageSender& sender_;
  TransactionEvents& events_;
  TimePoint now_;
  std::unordered_map<ClientTransactionId, Transaction> all_;
  KeyIndex<ClientTransactionId> by_key_;
  std::uint64_t last_ = 0;
};

}  // namespace ringfence::sip_core
