// RequestDispatch: what becomes of a request that began a server transaction, in the fixed
// order: a dialog of ours, then whose it is (trunk or tenant), then authentication, then its
// method. Default is refusal: nothing reaches a method without the gates before it.
#pragma once

#include <optional>

#include "sip-core/b2bua/calls.hpp"
#include "sip-core/engine/context.hpp"
#include "sip-core/message_relay/message_relay.hpp"
#include "sip-core/registrar/authenticator.hpp"
#include "sip-core/registrar/registrar.hpp"

namespace ringfence::sip_core {

class RequestDispatch {
 public:
  // All outlive it.
  RequestDispatch(Authenticator& authenticator, Registrar& registrar, Calls& calls,
                  MessageRelay& messages)
      : authenticator_(authenticator), registrar_(registrar), calls_(calls), messages_(messages) {}

  void dispatch(Context& context, const RequestReceived& request);
  enum class NewCalls : std::uint8_t { taken, emergencies, none };
  void take_new_calls(NewCalls which) { new_calls_ = which; }
  NewCalls new_calls() const { return new_calls_; }

 private:
  void from_trunk_side(Context& context, const RequestReceived& request);
  void from_public_side(Context& context, const RequestReceived& request, const Listener& listener);
  void on_invite(Context& context, const RequestReceived& request, const Caller& caller);
  void on_authenticated(Context& context, const RequestReceived& request, const Tenant& tenant,
                        const Extension& extension);
  std::optional<TrunkId> trunk_of(Context& context, const RequestReceived& request) const;
  // Answers what has no meaning outside a dialog or for anybody; true: answered.
  bool answer_by_method(Context& context, const RequestReceived& request) const;
  bool refused_by_requirement(Context& context, const RequestReceived& request) const;
  // OPTIONS to the box itself, and to somebody behind it.
  void answer_options(Context& context, const RequestReceived& request) const;
  int status_of_invite(const Context& context, const RequestReceived& request,
                       const Tenant& tenant) const;
  void refuse(Context& context, const RequestReceived& request, int status) const;
  bool takes_call(const Context& context, const RequestReceived& request) const;
  enum class Source : std::uint8_t { trunk, phone };
  // The access rules (after trunk or tenant, before authentication). True: a
  // rule refused the request, and it was answered, or dropped where nobody may learn of us.
  bool refused_by_rule(Context& context, const RequestReceived& request, TenantId tenant,
                       Source source) const;

  Authenticator& authenticator_;
  Registrar& registrar_;
  Calls& calls_;
  MessageRelay& messages_;
  NewCalls new_calls_ = NewCalls::taken;
};

}  // namespace ringfence::sip_core
