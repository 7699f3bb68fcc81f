// MessageRelay: pager-mode MESSAGE (RFC 3428) between the extensions of a tenant. It makes no
// dialog and keeps nothing beyond the answer: the text goes to every contact of whom it is for, the
// first 2xx is the sender's, else the best failure. Who sent it is who was authenticated; nothing
// of one leg's addresses reaches the other. Trunks send and get none (405). Owned by the engine;
// pure. Entry points that return bool say whether the event was ours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sip-core/b2bua/identity.hpp"
#include "sip-core/b2bua/status_mapping.hpp"
#include "sip-core/engine/context.hpp"
#include "sip-core/registrar/binding.hpp"

namespace ringfence::sip_core {

class MessageRelay {
 public:
  // RFC 3428 §8: what may go over UDP, the whole request, where nobody knows the path's MTU.
  static constexpr std::size_t kMostOverUdp = 1300;

  // `request` is a MESSAGE without a To tag, authenticated as `sender`.
  void on_message(Context& context, const RequestReceived& request, const Tenant& tenant,
                  const Extension& sender);
  bool on_response(Context& context, const ResponseReceived& response);
  bool on_timed_out(Context& context, const ClientTimedOut& event);
  bool on_transport_failed(Context& context, const ClientTransportFailed& event);

  std::size_t size() const { return pending_.size(); }

 private:
  using Number = std::uint64_t;
  struct Pending {
    RequestReceived request;
    std::size_t open = 0;  // branches without a final response
    int failure = 0;       // the best so far; 0: none
    std::string warning;   // of that failure
  };

  void respond(Context& context, const RequestReceived& request, int status,
               std::string_view warning = {}) const;
  // The bindings of everybody that the Request-URI means; empty with the status for the sender.
  std::vector<const Binding*> recipients(const Context& context, const sip::Message& request,
                                         const Tenant& tenant, int& status) const;
  // nullopt: this contact cannot take it, `pending` says why.
  std::optional<sip::OutgoingMessage> make(Context& context, const CallerIdentity& sender,
                                           const Tenant& tenant, const Binding& to,
                                           Pending& pending) const;
  bool settle(Context& context, ClientTransactionId transaction, int status, Wire wire);

  std::unordered_map<Number, Pending> pending_;
  std::unordered_map<ClientTransactionId, Number> branches_;
  Number last_ = 0;
};

}  // namespace ringfence::sip_core
