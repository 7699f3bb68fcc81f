#include "sip-core/b2bua/calls.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "sip-core/b2bua/call_table.hpp"

namespace ringfence::sip_core {

namespace {

constexpr std::uint64_t kTimerMask = 0xf;
constexpr int kTimerBits = 4;

}  // namespace

Calls::Calls(Random& random) : table_(std::make_unique<CallTable>(random)) {}
Calls::~Calls() = default;

void Calls::on_invite(Context& context, const RequestReceived& invite, const Caller& caller,
                      std::vector<Destination> destinations) {
  CallScope scope{context, table_->shared};
  if (invite.message->has(sip::HeaderName::replaces)) {
    return table_->on_replacing_invite(scope, invite, caller);
  }
  Call& call = table_->add();
  context.counters.get("calls_started_total").add();
  call.begin(scope, invite, caller, std::move(destinations));
  table_->drop_if_finished(scope, call);
}

bool Calls::on_in_dialog(Context& context, const RequestReceived& request) {
  const DialogOwner* found = table_->owner(*request.message);
  if (found == nullptr) return false;
  const DialogOwner owner = *found;
  Call* call = table_->find(owner.call);
  if (call == nullptr || !call->is_in_dialog(owner.side, *request.message)) return false;
  CallScope scope{context, table_->shared};
  call->on_in_dialog(scope, owner.side, request);
  table_->drop_if_finished(scope, *call);
  return true;
}

bool Calls::on_ack(Context& context, const AckReceived& ack) {
  const DialogOwner* found = table_->owner(*ack.message);
  if (found == nullptr) return false;
  const DialogOwner owner = *found;
  Call* call = table_->find(owner.call);
  if (call == nullptr || !call->is_in_dialog(owner.side, *ack.message)) return false;
  CallScope scope{context, table_->shared};
  call->on_ack(scope, owner.side, ack);
  table_->drop_if_finished(scope, *call);
  return true;
}

bool Calls::on_cancel(Context& context, const CancelReceived& cancel) {
  Call* call = table_->find(cancel.invite);
  if (call == nullptr) return false;
  CallScope scope{context, table_->shared};
  call->on_cancel(scope, cancel);
  table_->drop_if_finished(scope, *call);
  return true;
}

bool Calls::on_response(Context& context, const ResponseReceived& response) {
  Call* call = table_->find(response.transaction);
  if (call == nullptr) return false;
  CallScope scope{context, table_->shared};
  call->on_response(scope, response);
  table_->drop_if_finished(scope, *call);
  return true;
}

bool Calls::on_timed_out(Context& context, const ClientTimedOut& event) {
  Call* call = table_->find(event.transaction);
  if (call == nullptr) return false;
  CallScope scope{context, table_->shared};
  call->on_no_response(scope, event.transaction, 408);
  table_->drop_if_finished(scope, *call);
  return true;
}

bool Calls::on_transport_failed(Context& context, const ClientTransportFailed& event) {
  Call* call = table_->find(event.transaction);
  if (call == nullptr) return false;
  CallScope scope{context, table_->shared};
  call->on_no_response(scope, event.transaction, 503);
  table_->drop_if_finished(scope, *call);
  return true;
}

bool Calls::on_silent(Context& context, const ClientSilent& event) {
  Call* call = table_->find(event.transaction);
  if (call == nullptr) return false;
  CallScope scope{context, table_->shared};
  call->on_silent(scope, event.transaction);
  table_->drop_if_finished(scope, *call);
  return true;
}

bool Calls::on_server_ended(Context& context, const ServerEnded& event) {
  Call* call = table_->find(event.transaction);
  if (call == nullptr) return false;
  CallScope scope{context, table_->shared};
  call->on_server_ended(scope, event);
  table_->drop_if_finished(scope, *call);
  return true;
}

void Calls::on_timer(Context& context, std::uint64_t payload) {
  Call* call = table_->find(CallNumber{payload >> kTimerBits});
  if (call == nullptr) return;
  CallScope scope{context, table_->shared};
  call->on_timer(scope, static_cast<CallTimer>(payload & kTimerMask));
  table_->drop_if_finished(scope, *call);
}

void Calls::on_config(Context& context) {
  table_->shared.leases.ensure(context.config, context.actions);
}

void Calls::on_state_lost(Context& context) {
  CallScope scope{context, table_->shared};
  table_->each(scope, [&](Call& call) { call.on_state_lost(scope); });
}

void Calls::on_clock_set(Context& context, WallTime::duration by) {
  CallScope scope{context, table_->shared};
  table_->each(scope, [&](Call& call) { call.on_clock_set(scope, by); });
}

void Calls::on_media_worker_up(Context& context, const MediaWorkerUp& event) {
  CallScope scope{context, table_->shared};
  table_->shared.leases.on_worker_up(event.worker, context.config, context.actions);
  for (const SessionId session : event.sessions) {
    if (table_->shared.sessions.contains(session)) continue;
    context.actions.push_back(EndMediaSession{event.worker, session});
  }
  table_->each(scope, [&](Call& call) {
    if (call.worker() != event.worker) return;
    const auto session = call.session();
    const bool held =
        session && std::ranges::find(event.sessions, *session) != event.sessions.end();
    call.on_worker_up(scope, held);
  });
}

void Calls::on_media_worker_down(Context& context, const MediaWorkerDown& event) {
  CallScope scope{context, table_->shared};
  table_->shared.leases.on_worker_down(event.worker);
  table_->each(scope, [&](Call& call) {
    if (call.worker() == event.worker) call.on_worker_down(scope);
  });
}

void Calls::on_media_leased(Context&, const MediaLeased& event) {
  table_->shared.leases.on_leased(event);
}

void Calls::on_media_lease_failed(Context& context, const MediaLeaseFailed& event) {
  context.counters.get("media_lease_failed_total").add();
  context.log(LogLevel::warning, {}, "a media worker has no more ports to lend",
              {{"worker", std::to_string(event.worker.value)},
               {"address", event.address.to_string()},
               {"reason", event.reason}});
  table_->shared.leases.on_failed(event);
}

void Calls::on_media_session_refused(Context& context, const MediaSessionRefused& event) {
  const auto found = table_->shared.sessions.find(event.session);
  Call* call = found == table_->shared.sessions.end() ? nullptr : table_->find(found->second);
  if (call == nullptr) return;
  context.log(LogLevel::error, {}, "a media worker refused a session",
              {{"worker", std::to_string(event.worker.value)}, {"reason", event.reason}});
  CallScope scope{context, table_->shared};
  call->end(scope, {"media_refused", 503});
  table_->drop_if_finished(scope, *call);
}

// R169: the BYE was lost, or both peers are.
void Calls::on_media_session_silent(Context& context, const MediaSessionSilent& event) {
  const auto found = table_->shared.sessions.find(event.session);
  Call* call = found == table_->shared.sessions.end() ? nullptr : table_->find(found->second);
  if (call == nullptr) return;
  CallScope scope{context, table_->shared};
  call->end(scope, {"media_timeout", 408});
  table_->drop_if_finished(scope, *call);
}

void Calls::on_media_session_ended(Context& context, const MediaSessionEnded& event) {
  CallScope scope{context, table_->shared};
  const auto awaited = table_->shared.summaries.find(event.session);
  if (awaited != table_->shared.summaries.end()) {
    Call& call = *table_->find(awaited->second);
    call.on_media_summary(scope, event);
    table_->drop_if_finished(scope, call);
  }
  context.counters.get("media_packets_received_total")
      .add(event.a.packets_received + event.b.packets_received);
  context.counters.get("media_packets_dropped_total")
      .add(event.a.packets_dropped + event.b.packets_dropped);
}

void Calls::on_restored(Context& context, const std::vector<CallRecord>& records,
                        const std::vector<PendingInviteRecord>& invites) {
  CallScope scope{context, table_->shared};
  for (const CallRecord& record : records) {
    context.ids.pass_over(record.id);
    if (record.a && record.b) {
      table_->add().restore(scope, record);
    } else if (record.a || record.b) {
      table_->add().restore_transferor(scope, record);
    }
  }
  for (const PendingInviteRecord& invite : invites) {
    context.ids.pass_over(invite.id);
    Call& call = table_->add();
    call.take_over(scope, invite);
    table_->drop_if_finished(scope, call);
  }
}

bool Calls::has_dialog(std::string_view call_id, std::string_view local_tag) const {
  return table_->shared.dialogs.find(call_id, local_tag) != nullptr;
}

void Calls::on_shutdown(Context& context) {
  CallScope scope{context, table_->shared};
  table_->each(scope, [&](Call& call) { call.end(scope, {"shutdown", 503}); });
}

bool Calls::idle() const {
  return std::ranges::all_of(table_->calls, [](const auto& entry) { return entry.second.idle(); });
}

std::vector<CallView> Calls::views(const Config& config, const Connections& connections) const {
  std::vector<CallView> views;
  views.reserve(table_->calls.size());
  for (const auto& [number, call] : table_->calls)
    views.push_back(call.view(config, connections));
  std::ranges::sort(views, {}, &CallView::number);
  return views;
}

CallsCensus Calls::census() const {
  const CallShared& shared = table_->shared;
  CallsCensus census;
  census.calls = table_->calls.size();
  census.dialogs = shared.dialogs.size();
  census.client_transactions = shared.clients.size();
  census.server_transactions = shared.servers.size();
  census.media_sessions = shared.sessions.size();
  census.leases_in_use = shared.leases.in_use();
  for (const auto& [trunk, load] : shared.loads)
    census.trunk_slots += load.calls;
  for (const auto& [tenant, calls] : shared.party_load.tenants)
    census.party_slots += calls;
  for (const auto& [extension, calls] : shared.party_load.extensions)
    census.party_slots += calls;
  return census;
}

std::uint32_t Calls::count() const {
  return table_->shared.ongoing;
}

}  // namespace ringfence::sip_core
