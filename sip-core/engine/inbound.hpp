// Inbound: from octets to transactions: keep-alives are ignored, faults of framing and syntax
// answered or dropped by named reason, good messages given to the transaction table. It also
// writes the [sips-arrival] lines. Sources that nobody knows get silence on the trunk side's UDP.
#pragma once

#include <string_view>

#include "sip-core/b2bua/calls.hpp"
#include "sip-core/engine/admission.hpp"
#include "sip-core/engine/context.hpp"
#include "sip-core/engine/event.hpp"
#include "sip-core/message/parse_error.hpp"
#include "sip-core/message/parser.hpp"
#include "sip-core/transaction/transaction_table.hpp"

namespace ringfence::sip_core {

class Inbound {
 public:
  // All outlive it.
  Inbound(TransactionTable& transactions, const Admission& admission, Calls& calls, TimePoint now)
      : transactions_(transactions), admission_(admission), calls_(calls), began_(now) {}

  void on_datagram(Context& context, DatagramReceived event);
  void on_stream_message(Context& context, StreamMessageReceived event);

 private:
  struct Arrival {
    MessageSource source;
    std::size_t size = 0;
    bool offered_again = false;
  };

  void on_stun(Context& context, const DatagramReceived& event);
  void take(Context& context, const Arrival& arrival, std::string octets, sip::Framing framing);
  void on_request(Context& context, const Arrival& arrival, const MessagePtr& request);
  void on_response(Context& context, const Arrival& arrival, const MessagePtr& response);
  void on_parse_error(Context& context, const Arrival& arrival, const sip::ParseError& error);
  void on_framing_fault(Context& context, const Arrival& arrival,
                        const StreamMessageReceived& event);
  // One failure for tls-front's blocklist, unless the peer is a trunk.
  void penalise(Context& context, const MessageSource& source, std::string_view reason);
  void done(Context& context, const MessageSource& source);
  void drop(Context& context, const MessageSource& source, std::string_view counter);

  TransactionTable& transactions_;
  const Admission& admission_;
  Calls& calls_;
  TimePoint began_;
};

// Whether the source may be told anything at all: on the trunk side's UDP only trunks may.
bool may_be_answered(const Context& context, const MessageSource& source);

}  // namespace ringfence::sip_core
