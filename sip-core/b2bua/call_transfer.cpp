// REFER within a call (RFC 3515, RFC 5589) as the transferor's call sees it: who may, whereto, what
// it is told. The new call is made, and legs change hands, in calls_transfer.cpp.
#include <algorithm>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"
#include "sip-core/engine/access_gate.hpp"
#include "sip-core/routing/tenant_of.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::string_view kFragment = "message/sipfrag;version=2.0";
constexpr std::string_view kRunning = "active;expires=180";
constexpr std::string_view kOver = "terminated;reason=noresource";
constexpr std::string_view kTransferred = "SIP;cause=200;text=\"Transferred\"";

bool is_here(const Config& config, TenantId tenant, const sip::Uri& uri) {
  if (!uri.is_sip()) return true;
  const Tenant* named = config.tenant_by_domain(uri.host);
  return named != nullptr ? named->id == tenant : is_own_address(config, uri.host);
}

}  // namespace

void Call::on_refer(CallScope& scope, CallSide side, const RequestReceived& request) {
  const Tenant* tenant = scope.context.config.tenant(leg(side).party.tenant);
  if (phase_ != CallPhase::answered) return respond(scope, request, 491);
  if (tenant == nullptr || tenant->refer_policy == ReferPolicy::refuse) {
    return respond(scope, request, 403);
  }
  const auto target = read_refer_to(*request.message);
  if (!target) return respond(scope, request, target.error());
  if (refuse_refer(scope, side, request, *tenant, *target)) return;
  // What names a dialog of one leg cannot be told to another: it is carried out here in any case.
  if (tenant->refer_policy == ReferPolicy::pass && !target->replaces) {
    return pass_refer(scope, side, request, *target);
  }
  if (leg(other(side)).codecs() == nullptr) return respond(scope, request, 480);
  if (!may_hand_over(other(side))) return respond(scope, request, 491);
  if (target->replaces) {
    scope.shared.transfers.push_back(JoinWanted{number_, side, request, *target->replaces});
    return;
  }
  const CallOrigin rights = leg(side).party.trunk ? CallOrigin::trunk : CallOrigin::extension;
  auto destinations =
      plan_call(scope.context.config, tenant->id, rights, target->uri.decoded_user());
  if (destinations.empty()) return respond(scope, request, 404);
  accept_refer(scope, side, request);
  scope.shared.transfers.push_back(
      TransferWanted{number_, side, target->uri, std::move(destinations), request.message});
}

// R021 and the access rules. True: refused.
bool Call::refuse_refer(CallScope& scope, CallSide side, const RequestReceived& request,
                        const Tenant& tenant, const TransferTarget& target) {
  const Context& context = scope.context;
  const Leg& of = leg(side);
  if (tenant.sips_strict && of.dialog.secure() && target.uri.scheme != sip::Scheme::sips) {
    context.log(LogLevel::warning, "sips-downgrade", "a transfer out of SIPS was refused",
                {{"call-id", of.dialog.call_id()},
                 {"from-leg", of.transport_name()},
                 {"to-leg", "-"},
                 {"trunk", "-"},
                 {"action", "reject"}});
    respond(scope, request, 403);
    return true;
  }
  if (!is_here(context.config, tenant.id, target.uri)) {
    respond(scope, request, 403);
    return true;
  }
  const AccessSubject subject{request.source.remote.ip, tenant.id, of.party.extension,
                              tenant.domain, target.uri.decoded_user()};
  if (!refused_by_rule(context,
                       {subject, request.source.remote, of.dialog.call_id(), "a transfer"})) {
    return false;
  }
  respond(scope, request, 403);
  return true;
}

void Call::accept_refer(CallScope& scope, CallSide side, const RequestReceived& request) {
  const auto cseq = request.message->cseq();
  transfer_ = TransferInHand{};
  transfer_->by = side;
  transfer_->subscription = refer_subscription(*request.message);
  // RFC 3515 §2.4.6: the first subscription of a dialog needs no id.
  if (++refers_ > 1 && cseq) transfer_->event_id = std::to_string(cseq->number);
  scope.context.counters.get("transfers_total").add();
  auto accepted = answer(request, 202);
  accepted.add(HeaderName::contact, leg(side).dialog.contact());
  if (transfer_->subscription == ReferSubscription::unwanted) {
    accepted.add(HeaderName::refer_sub, "false");
  }
  scope.context.transactions.respond(request.transaction, accepted);
  notify_transferor(scope, 100);
}

// RFC 3515 §2.4.4. A status of 200 and above ends the subscription.
void Call::notify_transferor(CallScope& scope, int status) {
  if (!transfer_ || status <= transfer_->told) return;
  transfer_->told = status;
  if (transfer_->subscription == ReferSubscription::unwanted || transfer_->by_gone) return;
  Leg& to = leg(transfer_->by);
  follow_registration(to, scope.context);
  Use use;
  use.kind = UseKind::notify;
  use.side = transfer_->by;
  use.sent = to.dialog.make_request(sip::Method::notify);
  use.sent.add(HeaderName::contact, to.dialog.contact());
  use.sent.add(HeaderName::event,
               transfer_->event_id.empty() ? "refer" : "refer;id=" + transfer_->event_id);
  use.sent.add(HeaderName::subscription_state, status < 200 ? kRunning : kOver);
  use.sent.body(kFragment, status_fragment(status));
  send(scope, std::move(use), to.target());
}

void Call::on_transfer_progress(CallScope& scope, int status) {
  if (!transfer_) return;
  notify_transferor(scope, status);
  if (status < 200) return;
  const bool nobody_left = transfer_->by_gone;
  transfer_.reset();  // the call is as it was; who held it resumes it
  if (nobody_left && phase_ == CallPhase::answered) end(scope, {"transfer_failed", 480});
}

const Party* Call::party_of(CallSide side, const Replaces& replaces) {
  const Dialog* dialog = find_dialog(side, replaces.call_id, replaces.to_tag, replaces.from_tag);
  return dialog == nullptr ? nullptr : &leg_of(side, *dialog).party;
}

// Nothing of that side is on its way, and what it can do is known.
bool Call::may_hand_over(CallSide side) {
  return phase_ == CallPhase::answered && leg(side).codecs() != nullptr && leg(side).own &&
         !transfer_ && !exchange_ && !renegotiation_ && !unacknowledged_;
}

HandedOver Call::hand_over(CallScope& scope, CallSide side, MediaSessionGoes goes) {
  Leg& of = leg(side);
  HandedOver out;
  out.leg = std::move(of);
  of.dialog = out.leg.dialog;  // for ACKs of what is still on its way
  of.lease.reset();
  out.worker = worker_;
  out.answered = answered_at_;
  if (goes == MediaSessionGoes::along) {
    out.session = session_;
    session_.reset();
  }
  if (out.leg.party.trunk) {
    const auto slot = std::ranges::find(trunk_slots_, *out.leg.party.trunk);
    if (slot != trunk_slots_.end()) {
      out.slot = *slot;
      trunk_slots_.erase(slot);
    }
  }
  handed_over_ = side;
  if (side == CallSide::a) caller_dialogs_.clear();
  scope.shared.dialogs.erase(of.dialog);
  return out;
}

// The transferor's share of the call is over: it is told so, then it gets BYE.
void Call::conclude_transfer(CallScope& scope) {
  const CallSide last = other(*handed_over_);
  const bool gone = transfer_ && transfer_->by_gone;
  if (transfer_) transfer_->successor.reset();
  if (transfer_) notify_transferor(scope, 200);
  const bool told = std::ranges::any_of(
      uses_, [](const auto& entry) { return entry.second.kind == UseKind::notify; });
  if (!gone) {
    if (told) {
      bye_after_notify_ = last;
    } else {
      send_bye(scope, leg(last), last, kTransferred);
    }
    persist(scope);
  }
  finish(scope);
}

// The process before us had concluded a transfer; whether the transferor has its BYE is not known.
void Call::restore_transferor(CallScope& scope, const CallRecord& record) {
  const CallSide last = record.a ? CallSide::a : CallSide::b;
  handed_over_ = other(last);
  phase_ = CallPhase::answered;
  record_id_ = record.id;
  answered_at_ = record.answered;
  worker_ = record.worker;
  b_.emplace();
  leg(last) =
      restore_leg(record.a ? *record.a : *record.b, record.answered, record.worker, scope.context);
  leg(last).lease.reset();  // it was given back with the media
  index_dialog(scope, last);
  bye_after_notify_ = last;
  finish(scope);
  start_timer(scope, CallTimer::cut_short, kAfterRestart);
}

void Call::on_notify_answered(CallScope& scope) {
  if (!bye_after_notify_) return;
  const bool more = std::ranges::any_of(
      uses_, [](const auto& entry) { return entry.second.kind == UseKind::notify; });
  if (more) return;
  const CallSide last = *bye_after_notify_;
  bye_after_notify_.reset();
  send_bye(scope, leg(last), last, kTransferred);
}

// By policy `pass`: the other party is asked to call the target itself.
void Call::pass_refer(CallScope& scope, CallSide side, const RequestReceived& request,
                      const TransferTarget& target) {
  Leg& to = leg(other(side));
  const Tenant* tenant = scope.context.config.tenant(to.party.tenant);
  const Trunk* trunk = to.party.trunk ? scope.context.config.trunk(*to.party.trunk) : nullptr;
  const std::string host = trunk != nullptr ? trunk->host : tenant->domain;
  follow_registration(to, scope.context);
  Use use;
  use.kind = UseKind::relayed;
  use.side = other(side);
  use.request = request;
  use.sent = to.dialog.make_request(sip::Method::refer);
  use.sent.add(HeaderName::contact, to.dialog.contact());
  const sip::Uri uri(target.uri.scheme == sip::Scheme::sips ? sip::Scheme::sips : sip::Scheme::sip,
                     target.uri.decoded_user(), host);
  use.sent.add(HeaderName::refer_to, "<" + uri.to_string() + ">");
  use.sent.copy(*request.message, HeaderName::refer_sub);
  const Config& config = scope.context.config;
  if (const auto by = referrer(config, leg(side).party, *request.message)) {
    pass_referred_by(config, *by, to.party, use.sent);
  }
  refer_passed_to_ = other(side);
  send(scope, std::move(use), to.target());
}

// Of a REFER that was passed on: its status line and nothing else crosses.
void Call::on_notify(CallScope& scope, CallSide side, const RequestReceived& request) {
  const sip::Message& message = *request.message;
  const auto status = status_of_fragment(message.body());
  const std::string_view event = message.header(HeaderName::event).value_or("");
  if (refer_passed_to_ != side || !event.starts_with("refer")) {
    return respond(scope, request, 481);  // RFC 6665 §4.1.3: there is no such subscription
  }
  if (!status) return respond(scope, request, 400);
  Leg& to = leg(other(side));
  follow_registration(to, scope.context);
  Use use;
  use.kind = UseKind::relayed;
  use.side = other(side);
  use.request = request;
  use.sent = to.dialog.make_request(sip::Method::notify);
  use.sent.add(HeaderName::contact, to.dialog.contact());
  use.sent.add(HeaderName::event, "refer");
  use.sent.copy(message, HeaderName::subscription_state);
  use.sent.body(kFragment, status_fragment(*status));
  send(scope, std::move(use), to.target());
}

}  // namespace ringfence::sip_core
