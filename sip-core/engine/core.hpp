// Engine::Core: the parts of the engine and the wiring between them. Each event goes to the parts
// that it concerns; then what they caused among each other (transaction events, outcomes of the
// sender) is worked off until nothing is left, before the step ends.
#pragma once

#include <memory>
#include <vector>

#include "runtime/counters.hpp"
#include "sip-core/b2bua/calls.hpp"
#include "sip-core/engine/admission.hpp"
#include "sip-core/engine/connections.hpp"
#include "sip-core/engine/engine.hpp"
#include "sip-core/engine/identifiers.hpp"
#include "sip-core/engine/inbound.hpp"
#include "sip-core/engine/outbound_sender.hpp"
#include "sip-core/engine/request_dispatch.hpp"
#include "sip-core/engine/timer_service.hpp"
#include "sip-core/location/target_outcomes.hpp"
#include "sip-core/location/trunk_locations.hpp"
#include "sip-core/message_relay/message_relay.hpp"
#include "sip-core/registrar/authenticator.hpp"
#include "sip-core/registrar/registrar.hpp"
#include "sip-core/transaction/transaction_table.hpp"
#include "sip-core/trunk/identify_trunk.hpp"
#include "sip-core/trunk/trunk_probes.hpp"
#include "sip-core/trunk/trunk_registrations.hpp"

namespace ringfence::sip_core {

struct Engine::Core final : TrunkFacts {
  Core(Random& random_source, TimePoint now, WallTime wall);

  void step(Event& event, TimePoint now, Actions& actions);
  void advance(TimePoint now, Actions& actions);
  EngineHealth health() const;
  EngineHealth state() const;

  std::span<const IpAddress> addresses(TrunkId trunk) const override;
  std::span<const SocketAddress> targets(TrunkId trunk) const override;
  bool has_good_target(TrunkId trunk) const override;
  std::string_view contact_user(TrunkId trunk) const override;
  std::span<const std::string> service_route(TrunkId trunk) const override;
  std::span<const std::string> media_security(TrunkId trunk) const override;
  bool is_silent(TrunkId trunk) const override;

  Context begin(TimePoint now, Actions& actions);
  void settle(Context& context);
  // How many requests on their way were lost with it.
  std::size_t on_flow_lost(ConnectionId connection, const std::string& reason);
  void finish_shutdown(Context& context);

  void on(Context& context, DatagramReceived& event);
  void on(Context& context, StreamMessageReceived& event);
  void on(Context& context, ConnectionOpened& event);
  void on(Context& context, ConnectionClosed& event);
  void on(Context& context, DialFailed& event);
  void on(Context& context, TlsFrontUp& event);
  void on(Context& context, TlsFrontDown& event);
  void on(Context& context, ConfigChanged& event);
  void on(Context& context, NameResolved& event);
  void on(Context& context, NetworkChanged& event);
  void on(Context& context, ClockSet& event);
  void on(Context& context, MediaWorkerUp& event);
  void on(Context& context, MediaWorkerDown& event);
  void on(Context& context, MediaLeased& event);
  void on(Context& context, MediaLeaseFailed& event);
  void on(Context& context, MediaSessionRefused& event);
  void on(Context& context, MediaSessionSilent& event);
  void on(Context& context, MediaSessionEnded& event);
  void on(Context& context, Committed& event);
  void on(Context& context, CommitFailed& event);
  void on(Context& context, Restored& event);
  void on(Context& context, StateLost& event);
  void on(Context& context, DrainRequested& event);
  void on(Context& context, ShutdownRequested& event);

  void on(Context& context, const RequestReceived& event);
  void on(Context& context, const AckReceived& event);
  void on(Context& context, const CancelReceived& event);
  void on(Context& context, const ResponseReceived& event);
  void on(Context& context, const ClientTimedOut& event);
  void on(Context& context, const ClientTransportFailed& event);
  void on(Context& context, const ClientSilent& event);
  void on(Context& context, const ServerEnded& event);

  void on_timer(Context& context, const DueTimer& timer);
  void on_housekeeping(Context& context);
  void tell_trunk_sources(Context& context);
  void note_load(Context& context, TimePoint received_at);
  void expire_call_details(Context& context);

  Random& random;
  const TimePoint start;
  const WallTime start_wall;
  TimePoint configured_at;            // for the first time
  WallTime::duration clock_set_by{};  // since then, by whoever keeps the machine's time
  std::shared_ptr<const Config> config = std::make_shared<const Config>();  // shared with nobody
  Identifiers ids;
  Counters counters;
  TimerService timers;
  Connections connections;
  TrunkLocations locations;
  TargetOutcomes outcomes;
  OutboundSender sender;
  TransactionTable transactions;
  Authenticator authenticator;
  Registrar registrar;
  TrunkRegistrations trunks;
  TrunkProbes probes;
  Calls calls;
  MessageRelay messages;
  Admission admission;
  Inbound inbound;
  RequestDispatch dispatch;
  enum class Life : std::uint8_t { serving, ending, drained } life = Life::serving;
  std::uint64_t front_epoch = 0;                       // of the tls-front of now
  std::optional<std::vector<IpNetwork>> told_sources;  // to the tls-front of now
  TimePoint details_expire;        // when old call detail records are looked for next
  std::vector<std::uint64_t> due;  // kept for its memory
};

}  // namespace ringfence::sip_core
