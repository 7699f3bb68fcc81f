// TransactionLayer: what the transaction user (registrar, trunks, calls) sees of RFC 3261 §17: the
// events that come up and the calls that go down. An interface, so that users are tested against a
// double; TransactionTable is the one implementation. Requests get their Via here; nobody else
// writes one. Calls never fail at once: failures come up later as events.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sip-core/config/config.hpp"
#include "sip-core/engine/flow.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"
#include "sip-core/message/response.hpp"
#include "sip-core/message/uri.hpp"

namespace ringfence::sip_core {

// Never reused within the life of the process.
using ServerTransactionId = Strong<std::uint64_t, struct ServerTransactionIdTag>;
using ClientTransactionId = Strong<std::uint64_t, struct ClientTransactionIdTag>;

using MessagePtr = std::shared_ptr<const sip::Message>;  // shared: transaction and user keep it

// Where a message came from. More about a stream connection: Context::connections.
struct MessageSource {
  Flow flow;
  TransportKind transport = TransportKind::udp;
  ListenerId listener;
  SocketAddress remote;
  std::uint64_t number = 0;  // of a stream message: what MessageDone will name
};

// A request of a trunk's call goes where the trunk says: `connection` while it is open, else the
// connection that we dialled for this trunk, else a new one; on UDP to `next_hop`.
struct ToTrunk {
  TrunkId trunk;
  // In a dialog: the topmost Route or the remote target. Absent: the trunk's host, and the request
  // may go to any of its targets. Only UDP looks where it leads: a stream trunk is always reached
  // over a connection to the trunk's own host.
  std::optional<sip::Uri> next_hop;
  std::optional<ConnectionId> connection;
  std::optional<SocketAddress> last_remote{};  // UDP: preferred where the next hop has several
  // Outside of a dialog: instead of the trunk's own host, which serves where it cannot be reached.
  std::optional<OutboundProxy> via{};
};
// A Flow is used as it is or the request fails (R090): nothing is ever dialled for a phone.
using Target = std::variant<Flow, ToTrunk>;

// ---- upwards

struct RequestReceived {  // never ACK or CANCEL
  ServerTransactionId transaction;
  MessagePtr message;
  MessageSource source;
};
struct AckReceived {  // the ACK to a 2xx; the layer has stopped repeating that 2xx
  MessagePtr message;
  MessageSource source;
  std::optional<ServerTransactionId> invite;
};
struct CancelReceived {  // the 200 to the CANCEL has left; the user answers the INVITE with 487
  ServerTransactionId invite;
  MessagePtr message;  // the CANCEL, for its Reason
};
// Every response but repeated provisionals' transport copies; a 2xx to INVITE each time that it
// arrives (RFC 6026 §7.2), so that the user sends its ACK again. ACKs to 3xx-6xx are the layer's.
struct ResponseReceived {
  ClientTransactionId transaction;
  MessagePtr message;
  MessageSource source;
  std::optional<TrunkId> trunk{};  // where the request went, if it went to a trunk
  std::optional<Flow> sent_to{};
};
struct ClientTimedOut {  // Timer B or F: treat as 408
  ClientTransactionId transaction;
  std::optional<TrunkId> trunk{};
  std::optional<Flow> sent_to{};
};
struct ClientTransportFailed {  // treat as 503
  ClientTransactionId transaction;
  std::string reason;
  std::optional<TrunkId> trunk{};
  std::optional<Flow> sent_to{};  // absent: it never left
};
// Nothing at all came back for a while from a target of a trunk that has others (RFC 3263 §4.3).
// The transaction goes on; its user may try elsewhere.
struct ClientSilent {
  ClientTransactionId transaction;
  TrunkId trunk;
  Flow sent_to;
};
// The normal end of a server transaction is no event; these are the others.
enum class ServerEnd : std::uint8_t {
  no_ack,            // of a 2xx, in 64*T1 (R051): the call gets BYE. Of a 3xx-6xx: nothing to do
  transport_failed,  // the connection closed before a final response could be sent
};
struct ServerEnded {
  ServerTransactionId transaction;
  ServerEnd reason = ServerEnd::no_ack;
};

using TransactionEvent =
    std::variant<RequestReceived, AckReceived, CancelReceived, ResponseReceived, ClientTimedOut,
                 ClientTransportFailed, ClientSilent, ServerEnded>;

// ---- downwards

class TransactionLayer {
 public:
  virtual ~TransactionLayer() = default;

  // Provisional or final, made with make_response() (or answer() below). Unknown or finished
  // transactions ignore it. A 2xx to INVITE is repeated until its ACK, on streams too.
  virtual void respond(ServerTransactionId transaction, const sip::OutgoingMessage& response) = 0;
  // One response and the transaction is forgotten at once: challenges and refusals of strangers,
  // which may cost no state and no retransmission.
  virtual void respond_statelessly(ServerTransactionId transaction,
                                   const sip::OutgoingMessage& response) = 0;
  // Ends it without any response: silence towards unknown sources.
  virtual void ignore(ServerTransactionId transaction) = 0;

  // All fields but Via. Not for ACK and CANCEL.
  virtual ClientTransactionId request(sip::OutgoingMessage request, Target target) = 0;
  // The ACK to a 2xx (RFC 3261 §13.2.2.4): no transaction, nothing comes back.
  virtual void send_ack(sip::OutgoingMessage ack, Target target) = 0;
  // After a restart: an INVITE of the process before, as it was sent, Via included. It has had a
  // provisional response; nothing is sent of it but a CANCEL.
  virtual ClientTransactionId take_over(sip::OutgoingMessage invite, Flow flow) = 0;
  // Likewise one that came to it, to be answered with respond(). No event comes of it.
  virtual ServerTransactionId take_over(MessagePtr invite, MessageSource source) = 0;
  // RFC 3261 §9.1: sent once a provisional response has come; ignored after a final one. The
  // INVITE ends as usual: 487, a crossing 2xx, or ClientTimedOut 64*T1 later.
  // `reason`: the CANCEL's Reason value (RFC 3326); "" for none.
  virtual void cancel(ClientTransactionId invite, std::string_view reason) = 0;
};

// make_response() with received and rport from where the request came.
inline sip::OutgoingMessage answer(const RequestReceived& request, int status,
                                   std::string_view reason = {}, std::string_view to_tag = {}) {
  return sip::make_response(*request.message, status, reason, to_tag, request.source.remote);
}

}  // namespace ringfence::sip_core
