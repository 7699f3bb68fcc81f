// The caller's INVITE: who calls, whether its offer may pass, and what it is refused with.
#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/contact.hpp"
#include "sip-core/b2bua/header_policy.hpp"
#include "sip-core/message/hop_limits.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::string_view kSdp = "application/sdp";
constexpr std::chrono::seconds kRing{180};  // RFC 3261 §16.6: Timer C is above three minutes

bool has_offer(const sip::Message& message) {
  return !message.body().empty() && message.content_type() == kSdp;
}

}  // namespace

void Call::begin(CallScope& scope, const RequestReceived& invite, const Caller& caller,
                 std::vector<Destination> destinations) {
  begun_at_ = scope.context.wall;
  invite_ = invite;
  destinations_ = std::move(destinations);
  watch_server(scope, invite.transaction);
  if (!found_caller_leg(scope, caller)) return;
  if (destinations_.empty()) return reject(scope, 404);
  if (!accept_invite(scope)) return;
  identity_ = identify_caller(scope.context.config, a_.party, *invite.message);
  scope.context.transactions.respond(invite.transaction, answer(invite, 100));
  a_.abilities.note(*invite.message);
  add_caller_dialog(scope, a_.dialog.local_tag());
  start_timer(scope, CallTimer::ring, kRing);
  try_next(scope);
}

// False: refused, and the call has ended.
bool Call::found_caller_leg(CallScope& scope, const Caller& caller) {
  const Context& context = scope.context;
  const sip::Message& message = *invite_->message;
  a_.party.tenant = caller.tenant;
  a_.flow = invite_->source.flow;
  a_.transport = invite_->source.transport;
  a_.listener = invite_->source.listener;
  a_.remote = invite_->source.remote;
  const Listener* listener = context.config.listener(a_.listener);
  const auto uri = message.request_uri();
  if (uri) dialled_scheme_ = uri->scheme;
  TlsParameter tls = TlsParameter::left_out;
  if (const auto contact = message.contact()) {
    tls = tls_parameter_like(contact->uri.to_string());
  }
  std::string our_name;
  if (const auto* trunk_id = std::get_if<TrunkId>(&caller.party)) {
    a_.party.trunk = *trunk_id;
    const Trunk* trunk = context.config.trunk(*trunk_id);
    if (trunk != nullptr) a_.policy = policy_of(*trunk);
    if (trunk != nullptr) our_name = trunk->contact_host;
  } else if (const Extension* extension =
                 context.config.extension(std::get<ExtensionId>(caller.party))) {
    a_.party.extension = extension->username;
    a_.policy = policy_of(*extension, a_.transport);
  }
  std::string contact;
  if (listener != nullptr) {
    a_.port.advertised = listener->media_advertised_address;
    Listener named = *listener;
    if (!our_name.empty()) named.advertised_address = our_name;
    contact =
        make_contact(named, uri ? uri->decoded_user() : "", contact_scheme_as_uas(message), tls);
  }
  a_.dialog = Dialog::as_uas(message, scope.context.random.token(8), std::move(contact));
  note_leg(scope, CallSide::a, a_);
  if (listener == nullptr) {
    reject(scope, 500);
    return false;
  }
  return true;
}

bool Call::accept_invite(CallScope& scope) {
  const sip::Message& message = *invite_->message;
  if (!sip::forwards_left(message)) {  // R048
    scope.context.counters.get("loop_detected_total").add();
    reject(scope, 483);
    return false;
  }
  if (refuse_interval(scope, a_, *invite_)) {
    invite_.reset();
    finish(scope);
    return false;
  }
  if (!message.contact()) {
    reject(scope, 400);  // RFC 3261 §8.1.1.8: there is no dialog without one
    return false;
  }
  if (a_.party.trunk) {
    const Trunk* trunk = scope.context.config.trunk(*a_.party.trunk);
    if (trunk != nullptr) {
      if (!take_trunk_slot(scope, *trunk, kind_of_call(scope, {}))) {
        reject(scope, 503);
        return false;
      }
      trunk_slots_.push_back(trunk->id);
    }
  }
  if (!hold_caller_slots(scope)) {
    scope.context.counters.get("calls_over_limit_total").add();
    reject(scope, 503);
    return false;
  }
  return read_caller_offer(scope);
}

bool Call::read_caller_offer(CallScope& scope) {
  const sip::Message& message = *invite_->message;
  if (message.body().empty()) return true;  // the offer comes later (RFC 3261 §13.2.1)
  if (!has_offer(message)) {
    reject(scope, 415);
    return false;
  }
  const auto offer = sdp::SessionDescription::parse(message.body());
  if (!offer) {
    reject(scope, 488);
    return false;
  }
  auto peer = gate_offer(scope, a_, *offer, invite_->source);
  if (!peer) {
    if (peer.error().concerns_srtp()) log_srtp_reject(scope, a_, peer.error().reason);
    reject(scope, 488);
    return false;
  }
  a_.peer = std::move(*peer);
  return true;
}

// The caller's final response, other than a 2xx; the call has ended.
void Call::reject(CallScope& scope, int status, std::string_view warning) {
  if (predecessor_) scope.shared.transfers.push_back(TransferProgress{*predecessor_, status});
  note_ending({EndedBy::us, static_cast<std::uint16_t>(status), "refused"});
  if (!invite_) return finish(scope);
  if (exchange_) answer_exchange(scope, 487, {}, nullptr);
  auto response = answer(*invite_, status, {}, a_.dialog.local_tag());
  if (!warning.empty()) response.add(HeaderName::warning, warning);
  if (status == 503) response.add_number(HeaderName::retry_after, 5);
  if (status == 415) response.add(HeaderName::accept, kSdp);
  scope.context.transactions.respond(invite_->transaction, response);
  invite_.reset();
  finish(scope);
}

}  // namespace ringfence::sip_core
