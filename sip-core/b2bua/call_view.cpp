// What others may see of a call: operators in a list, traces by its Call-IDs. Changes nothing.
#include <algorithm>

#include "sip-core/b2bua/agreed_suite.hpp"
#include "sip-core/b2bua/call.hpp"
#include "sip-core/message/name_addr.hpp"

namespace ringfence::sip_core {

namespace {

std::string user_of(const std::string& address) {
  const auto parsed = sip::NameAddr::parse(address);
  return parsed ? parsed->uri.decoded_user() : std::string();
}

LegView leg_view(const Leg& leg, const Config& config, const Connections& connections) {
  LegView view;
  view.call_id = leg.dialog.call_id();
  view.transport = leg.transport;
  view.remote = connections.remote_of(leg.flow);
  view.extension = leg.party.extension;
  const Trunk* trunk = leg.party.trunk ? config.trunk(*leg.party.trunk) : nullptr;
  if (trunk != nullptr) view.trunk = trunk->label;
  view.srtp_suite = agreed_suite(leg);
  return view;
}

}  // namespace

CallView Call::view(const Config& config, const Connections& connections) const {
  CallView view;
  view.number = number_;
  view.begun = begun_at_;
  const Tenant* tenant = config.tenant(a_.party.tenant);
  if (tenant != nullptr) view.tenant = tenant->name;
  DialogRecord caller;
  a_.dialog.store(caller);
  view.from = user_of(caller.remote_uri);
  view.to = user_of(caller.local_uri);
  view.a = leg_view(a_, config, connections);
  if (b_) {
    view.b = leg_view(*b_, config, connections);
  } else if (branches_.size() == 1) {
    view.b = leg_view(branches_.front().leg, config, connections);
  }
  const bool heard = std::ranges::any_of(branches_, &Branch::responded);
  view.state = phase_ == CallPhase::ended      ? CallState::ending
               : phase_ == CallPhase::answered ? CallState::answered
               : heard                         ? CallState::early
                                               : CallState::calling;
  return view;
}

void Call::note_leg(CallScope& scope, CallSide side, const Leg& leg) const {
  scope.context.actions.push_back(
      CallLegOpened{number_, side, leg.party.tenant, leg.dialog.call_id(), leg.party.extension});
}

}  // namespace ringfence::sip_core
