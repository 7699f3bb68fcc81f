// Requests within the call's dialogs, other than INVITE's own course.
#include <algorithm>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/header_policy.hpp"
#include "sip-core/b2bua/key_press.hpp"
#include "sip-core/registrar/registrar.hpp"
#include "sip-core/trunk/identify_trunk.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;
using sip::Method;

bool is_registered_over(const Context& context, const Party& party, const Flow& flow) {
  const auto bindings = context.registrar.bindings(context, party.tenant, party.extension);
  return std::ranges::any_of(bindings, [&](const Binding* b) { return b->record.flow == flow; });
}

bool is_of_trunk(const Context& context, TrunkId trunk, const MessageSource& source) {
  if (const auto* connection = std::get_if<ConnectionId>(&source.flow)) {
    if (context.connections.trunk_of(*connection) == trunk) return true;
  }
  const auto addresses = context.trunk_facts.addresses(trunk);
  if (std::ranges::find(addresses, source.remote.ip) != addresses.end()) return true;
  const Trunk* row = context.config.trunk(trunk);
  return row != nullptr && std::ranges::any_of(row->source_cidrs, [&](const IpNetwork& network) {
           return network.contains(source.remote.ip);
         });
}

}  // namespace

void Call::respond(CallScope& scope, const RequestReceived& request, int status,
                   std::string_view reason) {
  auto response = answer(request, status, reason);
  if (status == 405) add_capabilities(response);
  scope.context.transactions.respond(request.transaction, response);
}

// R046. True: refused.
bool Call::refuse_requirement(CallScope& scope, const RequestReceived& request) const {
  const std::string unsupported = unsupported_options(*request.message);
  if (unsupported.empty()) return false;
  auto response = answer(request, 420);
  response.add(HeaderName::unsupported, unsupported);
  scope.context.transactions.respond(request.transaction, response);
  return true;
}

// F072: a dialog is its parties'. A peer that comes over another path is known by its address, its
// registration or its trunk.
bool Call::same_party(CallScope& scope, Leg& leg, const RequestReceived& request) {
  const MessageSource& source = request.source;
  const bool known = source.flow == leg.flow || !leg.remote || leg.remote->ip == source.remote.ip ||
                     (leg.party.trunk ? is_of_trunk(scope.context, *leg.party.trunk, source)
                                      : is_registered_over(scope.context, leg.party, source.flow));
  if (!known) {
    scope.context.log(LogLevel::warning, "dialog-hijack", "a stranger asked within a call",
                      {{"call-id", leg.dialog.call_id()}, {"remote", source.remote.to_string()}});
    return false;
  }
  leg.flow = source.flow;
  leg.transport = source.transport;
  leg.listener = source.listener;
  leg.remote = source.remote;
  return true;
}

// The dialog of that side whose tags these are, early ones included (RFC 3261 §12.2.2).
Dialog* Call::find_dialog(CallSide side, const sip::Message& request) {
  return find_dialog(side, request.call_id(), request.to_tag(), request.from_tag());
}

Dialog* Call::find_dialog(CallSide side, std::string_view call_id, std::string_view local_tag,
                          std::string_view remote_tag) {
  const auto fits = [&](const Dialog& dialog) {
    return dialog.matches(call_id, local_tag, remote_tag);
  };
  if (side == CallSide::a) {
    if (fits(a_.dialog)) return &a_.dialog;
    for (CallerDialog& dialog : caller_dialogs_) {
      if (dialog.aside && fits(dialog.aside->dialog)) return &dialog.aside->dialog;
    }
    return nullptr;
  }
  if (b_) return fits(b_->dialog) ? &b_->dialog : nullptr;
  for (Branch& branch : branches_) {
    if (branch.state != BranchState::calling) continue;
    for (Fork& fork : branch.forks) {
      Dialog& dialog = branch.dialog_of(fork);
      if (fits(dialog)) return &dialog;
    }
  }
  return nullptr;
}

bool Call::is_in_dialog(CallSide side, const sip::Message& request) {
  return find_dialog(side, request) != nullptr;
}

// Whose peer asks: of a branch before the answer.
Leg& Call::leg_of(CallSide side, const Dialog& dialog) {
  if (side == CallSide::a) return a_;
  for (Branch& branch : branches_) {
    for (Fork& fork : branch.forks) {
      if (!b_ && &branch.dialog_of(fork) == &dialog) return branch.leg;
    }
  }
  return *b_;
}

void Call::on_in_dialog(CallScope& scope, CallSide side, const RequestReceived& request) {
  const sip::Message& message = *request.message;
  Dialog* dialog = find_dialog(side, message);
  if (phase_ == CallPhase::ended || dialog == nullptr) {
    // Two BYEs that cross are both right.
    return respond(scope, request, message.method() == Method::bye ? 200 : 481);
  }
  Leg& peer = leg_of(side, *dialog);
  if (!same_party(scope, peer, request)) return respond(scope, request, 403);
  const auto cseq = message.cseq();
  if (!cseq) return respond(scope, request, 400);
  if (dialog->accept_sequence(cseq->number) == SequenceCheck::too_low) {
    return respond(scope, request, 500);  // RFC 3261 §12.2.2
  }
  if (refuse_requirement(scope, request)) return;
  if (b_ || side == CallSide::a) peer.abilities.note(message);
  switch (message.method()) {
    case Method::invite:
      if (phase_ != CallPhase::answered) return respond(scope, request, 491);
      return on_reinvite(scope, side, request);
    case Method::bye:
      return on_bye(scope, side, request);
    case Method::update:
      return on_update(scope, side, request);
    case Method::prack:
      if (side == CallSide::b) return respond(scope, request, 481);
      return on_prack(scope, request);
    case Method::info:
      return on_info(scope, side, request);
    case Method::message:
      if (phase_ != CallPhase::answered) return respond(scope, request, 481);
      return relay(scope, side, request);
    case Method::options: {
      auto ok = answer(request, 200);
      describe_options(ok);
      return scope.context.transactions.respond(request.transaction, ok);
    }
    case Method::refer:
      return on_refer(scope, side, request);
    case Method::notify:
      return on_notify(scope, side, request);
    case Method::publish:
    case Method::register_:
    case Method::subscribe:
      return respond(scope, request, 405);
    case Method::ack:
    case Method::cancel:  // the transaction layer's own
    case Method::other:
      return respond(scope, request, 501);
  }
}

void Call::on_bye(CallScope& scope, CallSide side, const RequestReceived& request) {
  if (phase_ == CallPhase::setting_up) return on_early_bye(scope, side, request);
  respond(scope, request, 200);
  if (transfer_ && transfer_->by == side) {
    // RFC 5589 §6.1: the transferor need not stay for the outcome.
    transfer_->by_gone = true;
    leg(side).session.stop();
    return arm_session(scope, side);
  }
  note_ending({side == CallSide::a ? EndedBy::caller : EndedBy::callee, 200, "bye"});
  if (side == CallSide::a) unacknowledged_.reset();
  const auto reason = request.message->header(HeaderName::reason);
  hang_up(scope, side, std::string(reason.value_or("")));
  finish(scope);
}

// RFC 3261 §15: the caller may leave an early dialog so; the callee only once it has answered.
void Call::on_early_bye(CallScope& scope, CallSide side, const RequestReceived& request) {
  if (side == CallSide::b) {
    if (!b_) return respond(scope, request, 481);
    unacknowledged_.reset();
    respond(scope, request, 200);
    note_ending({EndedBy::callee, 480, "bye"});
    return reject(scope, 480);
  }
  respond(scope, request, 200);
  if (find_dialog(side, *request.message) != &a_.dialog) return;  // another one goes on
  note_ending({EndedBy::caller, 487, "bye"});
  withdraw(scope, request.message->header(HeaderName::reason).value_or(""));
  reject(scope, 487);
}

// A key is told in the other side's stream if it takes events there; else as it came, to a side
// that takes INFO (RFC 6086).
void Call::on_info(CallScope& scope, CallSide side, const RequestReceived& request) {
  if (phase_ != CallPhase::answered) return respond(scope, request, 481);
  const sip::Message& info = *request.message;
  if (tells_key(info)) {
    if (tell_key(scope, other(side), info)) return respond(scope, request, 200);
    if (leg(other(side)).abilities.refuses_info) return respond(scope, request, 415);
  }
  relay(scope, side, request);
}

bool Call::tell_key(CallScope& scope, CallSide to, const sip::Message& info) {
  const Leg& listener = leg(to);
  const auto key = read_key_press(info);
  if (!key || !session_ || !listener.peer || telephone_event_hertz(*listener.peer) == 0) {
    return false;
  }
  scope.context.actions.push_back(
      SendTelephoneEvent{*worker_, *session_, to == CallSide::a ? MediaSide::a : MediaSide::b,
                         key->event, key->duration});
  return true;
}

void Call::relay(CallScope& scope, CallSide side, const RequestReceived& request) {
  const sip::Message& message = *request.message;
  Leg& to = leg(other(side));
  follow_registration(to, scope.context);
  Use use;
  use.kind = UseKind::relayed;
  use.side = other(side);
  use.request = request;
  use.sent = to.dialog.make_request(message.method());
  pass_headers(message, Crossing::info, use.sent);
  if (!message.body().empty()) {
    use.sent.body(message.header(HeaderName::content_type).value_or("application/octet-stream"),
                  std::string(message.body()));
  }
  send(scope, std::move(use), to.target());
}

void Call::on_relayed_response(CallScope& scope, const Use& use, int status,
                               const sip::Message* response) {
  const int told =
      response != nullptr ? status_for_caller(status, FailureOf::trunk, Wire::yes) : 500;
  if (use.request) respond(scope, *use.request, status < 300 ? status : told);
  // RFC 3261 §12.2.1.2.
  if (status == 481 || status == 408) end(scope, {"dialog_gone", 500});
}

// The caller's first ACK.
void Call::on_answer_acknowledged(CallScope& scope) {
  if (!unacknowledged_ && !runs(CallTimer::ack)) return;
  unacknowledged_.reset();
  if (session_) stop_timer(scope, CallTimer::ack);  // see await_lost_ack()
  if (record_id_ != RecordId()) {
    std::vector<Record> records;
    records.emplace_back(CallAcknowledged{record_id_});
    scope.context.persist(std::move(records));
  }
  offer_new_key(scope);
}

void Call::on_ack(CallScope& scope, CallSide side, const AckReceived& ack) {
  if (side == CallSide::a) on_answer_acknowledged(scope);
  if (side == CallSide::a && phase_ == CallPhase::answered) forget_setup(scope);
  if (side == CallSide::b) on_pick_up_acknowledged(scope);
  if (bye_after_ack_ && bye_after_ack_->side == side) return send_bye_after_ack(scope);
  if (phase_ != CallPhase::answered || !exchange_) return;
  if (exchange_->late_offer && exchange_->answered && exchange_->from == side) {
    complete_late_offer(scope, ack);
  }
}

void Call::on_cancel(CallScope& scope, const CancelReceived& cancel) {
  if (invite_ && invite_->transaction == cancel.invite) {
    note_ending({EndedBy::caller, 487, "cancel"});
    withdraw(scope, cancel.message->header(HeaderName::reason).value_or(""));
    return reject(scope, 487);
  }
  if (!exchange_ || exchange_->answered || exchange_->request.transaction != cancel.invite) return;
  scope.context.transactions.cancel(exchange_->transaction, {});
  answer_exchange(scope, 487, {}, nullptr);
}

}  // namespace ringfence::sip_core
