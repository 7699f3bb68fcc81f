// Which parts an event from outside concerns, and which one a transaction's event belongs to.
#include <algorithm>
#include <utility>

#include "sip-core/engine/core.hpp"
#include "sip-core/engine/front_claims.hpp"
#include "sip-core/trunk/trunk_sources.hpp"

namespace ringfence::sip_core {

// How long the event lay, and what is in work, decide whether more may begin. What lay while nobody
// was here, or nobody ready, says nothing about our load.
void Engine::Core::note_load(Context& context, TimePoint received_at) {
  const bool known = received_at != TimePoint{} && configured_at != TimePoint{};
  const TimePoint since = known ? std::max(received_at, configured_at) : context.now;
  const Duration delay = std::max(context.now - since, Duration::zero());
  admission.note(context, delay,
                 {transactions.unanswered(), transactions.size(), sender.waiting()});
}

void Engine::Core::on(Context& context, DatagramReceived& event) {
  note_load(context, event.received_at);
  inbound.on_datagram(context, std::move(event));
}

void Engine::Core::on(Context& context, StreamMessageReceived& event) {
  note_load(context, event.received_at);
  inbound.on_stream_message(context, std::move(event));
}

void Engine::Core::on(Context& context, ConnectionOpened& event) {
  if (const auto lie = lie_in(event.connection, front_epoch, connections, *config)) {
    counters.get("ipc_lies_total").add();
    context.log(LogLevel::error, "ipc-lie", "tls-front claims what cannot be",
                {{"remote", event.connection.remote.to_string()}, {"reason", std::string(*lie)}});
    context.actions.push_back(CloseConnection{event.connection.id, "a claim that cannot be"});
    return;
  }
  connections.add(event.connection);
  if (event.connection.dial.value == 0) return;
  if (sender.on_opened(event.connection)) return;
  // Dialled for a trunk that is gone, or by a predecessor: nobody will use it.
  connections.remove(event.connection.id);
  context.actions.push_back(CloseConnection{event.connection.id, "nobody waits for it"});
}

void Engine::Core::on(Context& context, ConnectionClosed& event) {
  const auto trunk = connections.trunk_of(event.connection);
  const auto was = connections.remove(event.connection);
  if (!was) return;
  const std::size_t lost = on_flow_lost(event.connection, "connection closed: " + event.reason);
  if (!trunk) return;
  if (lost > 0) outcomes.on_connection_broken(*trunk, was->remote, context.now);
  trunks.on_connection_closed(context, *trunk);
}

// The registrar asks for each flow whether it is still there: what is bound to this one is out of
// reach from now on (R091).
std::size_t Engine::Core::on_flow_lost(ConnectionId connection, const std::string& reason) {
  counters.get("flows_lost_total").add(registrar.count_over(connection));
  return transactions.on_connection_closed(connection, reason);
}

void Engine::Core::on(Context&, DialFailed& event) {
  sender.on_dial_failed(event.dial, event.reason);
}

// What this tls-front knows already is not told again, and before there is a configuration it keeps
// what our predecessor told it.
void Engine::Core::tell_trunk_sources(Context& context) {
  if (config->revision == 0) return;
  auto sources = trunk_sources(*config, *this);
  if (sources == told_sources) return;
  told_sources = sources;
  context.actions.push_back(TellTrunkSources{std::move(sources)});
}

void Engine::Core::on(Context& context, TlsFrontUp& event) {
  front_epoch = event.epoch;
  told_sources.reset();
  tell_trunk_sources(context);
  for (const ConnectionId gone : connections.replace_all(event.held))
    on_flow_lost(gone, "tls-front was restarted");
  sender.adopt(event.held);
  sender.on_tls_front(true);
  trunks.on_tls_front_up(context);
}

void Engine::Core::on(Context&, TlsFrontDown&) {
  sender.on_tls_front(false);
  for (const ConnectionId gone : connections.replace_all({}))
    on_flow_lost(gone, "tls-front is away");
}

void Engine::Core::on(Context& context, ConfigChanged&) {
  if (configured_at == TimePoint{}) configured_at = context.now;
  locations.refresh(*config, context.now, context.actions);
  tell_trunk_sources(context);
  sender.adopt_orphans();
  registrar.on_config(context);
  trunks.on_config(context);
  probes.on_config(context);
  calls.on_config(context);
}

void Engine::Core::on(Context& context, NameResolved& event) {
  const bool failed = !event.result && event.result.error().fault == DnsFault::unavailable;
  if (failed) counters.get("dns_errors_total").add();
  if (!locations.on_resolved(event, context.now, context.actions)) return;
  tell_trunk_sources(context);
  sender.on_located();
}

// F117: nothing that runs is moved by it. What is written down is the time of day, and what
// stands there is written anew, so that a successor reads what is truly left.
void Engine::Core::on(Context& context, ClockSet& event) {
  clock_set_by += event.by;
  context.wall += event.by;
  counters.get("clock_jumps_total").add();
  const auto by = std::chrono::duration_cast<std::chrono::milliseconds>(event.by);
  context.log(LogLevel::warning, "clock-jump", "the clock was set",
              {{"delta", std::to_string(by.count()) + " ms"}});
  registrar.on_clock_set(context, event.by);
  calls.on_clock_set(context, event.by);
}

// F119: nothing is known any more of who can be reached; whoever has a way to find out does so now.
void Engine::Core::on(Context& context, NetworkChanged&) {
  counters.get("network_changes_total").add();
  locations.forget_failures();
  locations.refresh(*config, context.now, context.actions);
  trunks.on_network_changed(context);
  probes.on_network_changed(context);
  for (const Trunk& trunk : config->trunks) {
    if (trunk.registers || probes.asks(trunk.id)) continue;
    context.close_connections(trunk.id, "the network changed");
  }
}

void Engine::Core::on(Context& context, MediaWorkerUp& event) {
  calls.on_media_worker_up(context, event);
}
void Engine::Core::on(Context& context, MediaWorkerDown& event) {
  calls.on_media_worker_down(context, event);
}
void Engine::Core::on(Context& context, MediaLeased& event) {
  calls.on_media_leased(context, event);
}
void Engine::Core::on(Context& context, MediaLeaseFailed& event) {
  calls.on_media_lease_failed(context, event);
}
void Engine::Core::on(Context& context, MediaSessionRefused& event) {
  calls.on_media_session_refused(context, event);
}
void Engine::Core::on(Context& context, MediaSessionSilent& event) {
  calls.on_media_session_silent(context, event);
}
void Engine::Core::on(Context& context, MediaSessionEnded& event) {
  calls.on_media_session_ended(context, event);
}

void Engine::Core::on(Context& context, Committed& event) {
  registrar.on_committed(context, event.commit);
}

void Engine::Core::on(Context& context, CommitFailed& event) {
  counters.get("state_commits_failed_total").add();
  if (registrar.on_commit_failed(context, event.commit, event.reason)) return;
  context.log(LogLevel::error, {}, "a record could not be written", {{"reason", event.reason}});
}

void Engine::Core::on(Context& context, Restored& event) {
  authenticator.on_restored(context, std::move(event.nonce_secrets));
  registrar.on_restored(context, std::move(event.bindings));
  trunks.on_restored(context, std::move(event.trunks));
  calls.on_restored(context, event.calls, event.invites);
}

// F028
void Engine::Core::on(Context& context, StateLost&) {
  counters.get("state_rebuilt_total").add();
  authenticator.on_state_lost(context);
  registrar.on_state_lost(context);
  trunks.on_state_lost(context);
  calls.on_state_lost(context);
}

void Engine::Core::on(Context& context, const RequestReceived& event) {
  dispatch.dispatch(context, event);
}

void Engine::Core::on(Context& context, const AckReceived& event) {
  if (!calls.on_ack(context, event)) counters.get("sip_stray_acks_total").add();
}

void Engine::Core::on(Context& context, const CancelReceived& event) {
  if (calls.on_cancel(context, event)) return;
  counters.get("sip_stray_cancels_total").add();
}

void Engine::Core::on(Context& context, const ResponseReceived& event) {
  outcomes.on_response(event, context.now);
  if (probes.on_response(context, event, trunks)) return;
  if (trunks.on_response(context, event) || messages.on_response(context, event)) return;
  if (event.trunk) trunks.note_reached(*event.trunk);
  calls.on_response(context, event);
}

void Engine::Core::on(Context& context, const ClientTimedOut& event) {
  outcomes.on_failure(event.trunk, event.sent_to, context.now);
  if (probes.on_failure(context, event.transaction, "no answer to OPTIONS", trunks)) return;
  if (trunks.on_timed_out(context, event) || messages.on_timed_out(context, event)) return;
  if (event.trunk) trunks.note_unreachable(*event.trunk, "no answer");
  calls.on_timed_out(context, event);
}

void Engine::Core::on(Context& context, const ClientTransportFailed& event) {
  outcomes.on_failure(event.trunk, event.sent_to, context.now);
  if (probes.on_failure(context, event.transaction, event.reason, trunks)) return;
  if (trunks.on_transport_failed(context, event)) return;
  if (messages.on_transport_failed(context, event)) return;
  if (event.trunk) trunks.note_unreachable(*event.trunk, event.reason);
  calls.on_transport_failed(context, event);
}

void Engine::Core::on(Context& context, const ClientSilent& event) {
  outcomes.on_failure(event.trunk, event.sent_to, context.now);
  if (probes.is_ours(event.transaction) || trunks.on_silent(context, event)) return;
  calls.on_silent(context, event);
}

void Engine::Core::on(Context& context, const ServerEnded& event) {
  calls.on_server_ended(context, event);
}

}  // namespace ringfence::sip_core
