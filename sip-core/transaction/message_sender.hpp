// MessageSender: what the transactions send through: the engine's outbound sender, or a double in
// tests. It knows flows, trunks and dials; it knows no transaction but its number. What cannot be
// sent at once is queued, and its outcome is told later to TransactionTable::on_sent() or
// on_send_failed().
#pragma once

#include <expected>
#include <string>
#include <variant>

#include "sip-core/transaction/transaction_layer.hpp"

namespace ringfence::sip_core {

// What our Via says of us on the way to a target.
struct ViaOrigin {
  TransportKind transport = TransportKind::udp;
  std::string host;
  Port port = 0;
};

struct Sent {
  Flow flow;
};
struct Queued {};
struct NotSent {
  std::string reason;
};
using SendOutcome = std::variant<Sent, Queued, NotSent>;

class MessageSender {
 public:
  virtual ~MessageSender() = default;
  virtual std::expected<ViaOrigin, std::string> origin(const Target& target) const = 0;
  // `transaction` is 0 for what has none (the ACK to a 2xx).
  virtual SendOutcome send(std::string octets, const Target& target,
                           ClientTransactionId transaction) = 0;
  // Whether a request to this target could go to another address of the same trunk instead.
  virtual bool has_alternative(const Target& target) const = 0;
  // Whether the flow is still there; UDP's always is.
  virtual bool can_send(const Flow& flow) const = 0;
  // Takes a queued request back.
  virtual void forget(ClientTransactionId transaction) = 0;
  // False when the flow is gone (R025: nothing is dialled for a response).
  virtual bool send_response(const Flow& flow, std::string octets) = 0;
  // The request of that source needs no keeping by tls-front any more.
  virtual void finished(const MessageSource& source) = 0;
};

}  // namespace ringfence::sip_core
